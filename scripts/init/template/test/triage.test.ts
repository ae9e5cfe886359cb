import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rehearse } from 'holdfast/testing';
import type { z } from 'zod';
import { triageJob } from '../jobs/triage/job.ts';
import type { Ticket } from '../jobs/triage/schemas.ts';

const folder = new URL('../jobs/triage/', import.meta.url);
const input = { message: 'm-1', from: 'ada@example.com', text: 'I was billed twice in May. Please pay one back.' };
const ticket: z.output<typeof Ticket> = {
  message: 'm-1',
  topic: 'billing',
  urgent: false,
  quote: 'I was billed twice in May.',
};

test('a message becomes one ticket', async () => {
  const { status, effects } = await rehearse(triageJob, { folder, input, script: { triage: [{ submit: ticket }] } });
  assert.equal(status, 'completed');
  assert.deepEqual(
    effects.map(({ tool, times, input: sent }) => ({ tool, times, sent })),
    [{ tool: 'open_ticket', times: 1, sent: ticket }],
  );
});

test('a quote that the message does not say goes back to the model', async () => {
  const invented = { ...ticket, quote: 'I was billed three times.' };
  const script = { triage: [{ submit: invented }, { submit: ticket }] };
  const { status, effects } = await rehearse(triageJob, { folder, input, script });
  assert.equal(status, 'completed');
  assert.deepEqual(
    effects.map(({ input: sent }) => sent),
    [ticket],
  );
});
