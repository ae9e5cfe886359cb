import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { probe } from '../fixtures/probe/job.ts';
import { type ProbeEngine, startProbe } from '../fixtures/probe-engine.ts';
import { type Receiver, startReceiver } from '../fixtures/receiver.ts';

let receiver: Receiver;
let engine: ProbeEngine;

beforeAll(async () => {
  receiver = await startReceiver();
  engine = await startProbe({ systems: { receiver: { address: receiver.address } } });
});

afterAll(async () => {
  await engine.close();
  await receiver.close();
});

function input(
  run: string,
  scenario: 'native' | 'signal' | 'bug' | 'check',
  more: { identity?: string; count?: number } = {},
): Parameters<typeof engine.client.start<typeof probe>>[1] {
  return { run, scenario, identity: '', count: 1, ...more };
}

test('twenty parallel runs with one tool identity make one effect and nineteen conflicts that name it [gate.identity-once]', async () => {
  const { client, tenant } = engine;
  const started = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      client.start(probe, input(`same-${index}`, 'native', { identity: 'the-one' }), { tenant }),
    ),
  );
  const ended = await Promise.all(started.map(({ runId }) => client.wait(runId, { tenant, timeoutMs: 30_000 })));
  const winners = ended.filter((run) => run.status === 'completed');
  const losers = ended.filter((run) => run.end?.code === 'conflict');
  expect(winners).toHaveLength(1);
  expect(losers).toHaveLength(19);
  expect(losers.map((run) => run.end?.sentence.includes(winners[0]?.runId ?? 'none'))).toEqual(Array(19).fill(true));
  expect(receiver.effects).toHaveLength(1);
});

test('the same start again is the same run, also after it ended, and does nothing twice [client.start-once]', async () => {
  const { client, tenant } = engine;
  const before = receiver.received.length;
  const first = await client.start(probe, input('again', 'native'), { tenant });
  await client.wait(first.runId, { tenant, timeoutMs: 30_000 });
  const second = await client.start(probe, input('again', 'native'), { tenant });
  expect(second).toMatchObject({ runId: first.runId, existing: true, status: 'completed' });
  expect(receiver.received.length - before).toBe(1);
});

test('a start of the same identity with another input is refused and names the run [client.start-once]', async () => {
  const { client, tenant } = engine;
  const first = await client.start(probe, input('other-input', 'native'), { tenant });
  await expect(client.start(probe, input('other-input', 'native', { count: 2 }), { tenant })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining(first.runId),
  });
  await client.wait(first.runId, { tenant, timeoutMs: 30_000 });
});

test('a bug in job code shows in the view as blocked with its error and ends nothing [workflow.bug-blocks]', async () => {
  const { client, tenant } = engine;
  const { runId } = await client.start(probe, input('bug', 'bug'), { tenant });
  let seen = await client.view(runId, { tenant });
  while (seen.blocked === undefined) seen = await client.view(runId, { tenant });
  expect(seen).toMatchObject({ status: 'running', blocked: { error: 'The job divides by nothing.' } });
  await client.cancel(runId, { tenant, actor: 'test' });
});

test('a failing check ends the run rejected with the rule in its sentence', async () => {
  const { client, tenant } = engine;
  const { runId } = await client.start(probe, input('check', 'check', { count: 100 }), { tenant });
  const ended = await client.wait(runId, { tenant, timeoutMs: 30_000 });
  expect(ended).toMatchObject({
    status: 'failed',
    end: { code: 'rejected', sentence: 'small-count: 100 is not below 100.' },
  });
});
