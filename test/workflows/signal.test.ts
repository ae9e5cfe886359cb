import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseTenant, type SeenRun } from '../../client/index.ts';
import type { Json } from '../../domain/canonical.ts';
import { eventually } from '../fixtures/eventually.ts';
import { type DeskRun, type DeskUnderTest, startDesk } from './desk-under-test.ts';

let desk: DeskUnderTest;

beforeAll(async () => {
  desk = await startDesk();
});

afterAll(async () => {
  await desk.close();
});

test('a signal that is delivered twice under one id counts once [workflow.signal]', async () => {
  const run = await desk.start('twice');
  await waiting(run);
  await release(run, 'one', 'a');
  await release(run, 'one', 'a');
  const still = await waiting(run);
  expect(still.waitingFor).toMatchObject({ kind: 'signal', name: 'release' });
  await release(run, 'two', 'b');
  expect(await lastTopic(run)).toBe('one then two');
});

test('a signal that comes before the run waits for it is kept [workflow.signal]', async () => {
  desk.receiver.behave(() => ({ status: 200, body: { text: 'found' }, delayMs: 600 }));
  const before = desk.receiver.received.length;
  const run = await desk.start('late-wait');
  await eventually(() => desk.receiver.received[before]);
  await release(run, 'early', 'a');
  expect(await lastTopic(run)).toBe('early');
});

test('two steps that wait for one name at once take a signal each [workflow.signal]', async () => {
  const run = await desk.start('both');
  await waiting(run);
  await release(run, 'one', 'a');
  await release(run, 'two', 'b');
  expect(await lastTopic(run)).toBe('one and two');
});

test('a signal that nobody delivers in time ends the run with what was needed [workflow.signal] [workflow.ends-by-code]', async () => {
  const run = await desk.ended(await desk.start('short-wait'));
  expect(run).toMatchObject({
    status: 'failed',
    end: {
      code: 'deadline-exceeded',
      sentence: 'Nobody delivered "release" within 1 second: A person must release it.',
    },
  });
});

test('a run that waits says for what, since when and until when, to who asks and in the list [workflow.view]', async () => {
  const { client, tenant } = desk;
  const run = await desk.start('twice');
  const { waitingFor } = await waiting(run);
  expect(waitingFor).toMatchObject({ kind: 'signal', name: 'release', sentence: 'A person must release it.' });
  expect(Number(waitingFor?.deadline) - Number(waitingFor?.since)).toBe(3_600_000);
  const listed = await eventually(async () => (await client.list({ tenant, status: 'waiting' }))[0]);
  expect(listed).toMatchObject({ runId: run.runId, waitingFor });
  await client.cancel(run.runId, { actor: 'test', tenant });
});

test('one id cannot name two signals [workflow.signal]', async () => {
  const run = await desk.start('twice');
  await waiting(run);
  await release(run, 'one', 'a');
  await expect(release(run, 'two', 'a')).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('"a"'),
  });
  await desk.client.cancel(run.runId, { actor: 'test', tenant: desk.tenant });
});

test('whatever is sent to a run that has ended is refused in one sentence [client.ended-run]', async () => {
  const { client, tenant } = desk;
  const run = await desk.start('short-wait');
  await desk.ended(run);
  const by = { actor: 'test', tenant };
  const refused = {
    code: 'run-ended',
    message: `The run ${run.runId} has ended (failed); it takes nothing more. Look at it with its id.`,
  };
  await expect(release(run, 'late', 'a')).rejects.toMatchObject(refused);
  await expect(client.pause(run.runId, by)).rejects.toMatchObject(refused);
  await expect(client.resume(run.runId, by)).rejects.toMatchObject(refused);
  await expect(client.cancel(run.runId, by)).rejects.toMatchObject(refused);
});

test('a run that is not there, and one of another tenant, are both unknown', async () => {
  const { client, tenant } = desk;
  const run = await desk.start('twice');
  const foreign = parseTenant(`foreign-${randomUUID().slice(0, 8)}`);
  const nobody = `desk.${'x'.repeat(22)}`;
  const by = { actor: 'test', name: 'release' };
  await expect(client.signal(nobody, { ...by, tenant })).rejects.toMatchObject({ code: 'unknown-run' });
  await expect(client.signal(run.runId, { ...by, tenant: foreign })).rejects.toMatchObject({ code: 'unknown-run' });
  await expect(client.view(run.runId, { tenant: foreign })).rejects.toMatchObject({ code: 'unknown-run' });
  await expect(client.cancel(run.runId, { actor: 'test', tenant: foreign })).rejects.toMatchObject({
    code: 'unknown-run',
  });
  await expect(client.view('no run id', { tenant })).rejects.toMatchObject({ code: 'invalid-input' });
  await client.cancel(run.runId, { actor: 'test', tenant });
});

test('a payload of more than 8 KiB is refused before it is stored', async () => {
  const run = await desk.start('twice');
  await expect(release(run, 'x'.repeat(9_000), 'a')).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringContaining('8192'),
  });
  await release(run, 'small', 'a');
  await desk.client.cancel(run.runId, { actor: 'test', tenant: desk.tenant });
});

function waiting({ runId }: DeskRun): Promise<SeenRun> {
  return eventually(async () => {
    const seen = await desk.client.view(runId, { tenant: desk.tenant });
    return seen.status === 'waiting' ? seen : undefined;
  });
}

function release({ runId }: DeskRun, payload: Json, id: string): Promise<void> {
  return desk.client.signal(runId, { name: 'release', payload, id, actor: 'test', tenant: desk.tenant });
}

async function lastTopic(run: DeskRun): Promise<string | null> {
  expect((await desk.ended(run)).status).toBe('completed');
  const path = desk.receiver.received.at(-1)?.path ?? '';
  return new URL(path, 'http://receiver').searchParams.get('topic');
}
