import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { closeRehearsals, rehearse } from 'holdfast/testing';
import { errand } from './errand/job.ts';
import { message, right } from './errand/right.ts';
import { onSharedStack } from './on-shared-stack.ts';

beforeAll(onSharedStack);
afterAll(closeRehearsals);

const waits = { ...right, input: { message, goes: 'signal' } } as const;

test('a rehearsal delivers a signal when the run waits for it [testing.given]', async () => {
  const result = await rehearse(errand, { ...waits, signals: [{ name: 'release', payload: { by: 'Anna' } }] });
  expect(result).toMatchObject({ status: 'completed', effects: [{ times: 1 }] });
});

test('a rehearsal ends as waiting where no signal of that name is given, and nothing was done [testing.given]', async () => {
  const result = await rehearse(errand, { ...waits, signals: [{ name: 'other' }] });
  expect(result).toMatchObject({
    status: 'waiting',
    waitingFor: { kind: 'signal', name: 'release', sentence: 'A person must release the ticket.' },
    effects: [],
    steps: ['plan', 'triage/turn-1'],
  });
});

test('a rehearsal ends as waiting where the run sleeps longer than the rehearsal [testing.given]', async () => {
  const result = await rehearse(errand, { ...right, input: { message, goes: 'sleep' } });
  expect(result).toMatchObject({ status: 'waiting', waitingFor: { kind: 'time', name: 'monday' }, effects: [] });
});

test('a rehearsal cancels the run before a step, which then sends nothing [testing.given]', async () => {
  const result = await rehearse(errand, { ...right, cancelAt: 'openTicket' });
  expect(result).toMatchObject({ status: 'cancelled', end: { code: 'cancelled' }, effects: [], requests: [] });
  expect(result.steps).toContain('openTicket');
});

test('a rehearsal ends with the error where the code of the workflow fails [testing.refused]', async () => {
  const failing = rehearse(errand, { ...right, input: { message, goes: 'bug' } });
  await expect(failing).rejects.toMatchObject({
    code: 'invalid-job',
    message: expect.stringContaining('The errand divides by nothing.'),
  });
});

test('a rehearsal ends with step and error where the code of a tool fails again and again [testing.refused]', async () => {
  await expect(rehearse(errand, { ...right, input: { message, goes: 'tool-bug' } })).rejects.toMatchObject({
    code: 'invalid-job',
    message: expect.stringMatching(/plan: .*The plan is no plan\./),
  });
});

test('a rehearsal ends when its worker ends by itself, and the next one gets another worker [testing.refused]', async () => {
  await expect(rehearse(errand, { ...right, input: { message, goes: 'crash' } })).rejects.toMatchObject({
    code: 'stack-failed',
    message: expect.stringMatching(/^The worker of the rehearsal ended by itself/),
  });
  expect(await rehearse(errand, right)).toMatchObject({ status: 'completed', effects: [{ times: 1 }] });
});

test('a rehearsal is refused with the folder of another job [testing.refused]', async () => {
  const folder = new URL('../../examples/invoice-intake/', import.meta.url);
  await expect(rehearse(errand, { ...right, folder })).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(/holds the job "invoice-intake", not "errand"; give the folder of the job/),
  });
});

test('a rehearsal says where a run stands that takes too long [testing.refused]', async () => {
  const receivers = { desk: () => ({ status: 503 }) };
  await expect(rehearse(errand, { ...right, receivers, timeoutMs: 8_000 })).rejects.toMatchObject({
    code: 'deadline-exceeded',
    message: expect.stringMatching(/^The run has not ended after 8000 ms at openTicket.*give a longer `timeoutMs`\.$/),
  });
});
