import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { digestOf, refOf } from '../../domain/digest.ts';
import type { RunId, StepPath, Tenant } from '../../domain/ids.ts';
import { type ClientStore, openClientStore, type RunRow } from '../../gate/client-store.ts';
import type { Gate, PlacedMessage } from '../../gate/index.ts';
import { sharedStack } from '../stack-addresses.ts';
import { aCall, databaseAs, gateAt, never, newRunId, newTenant, settled } from './fixture.ts';

let store: ClientStore;
let gate: Gate;

beforeAll(async () => {
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
  gate = await gateAt('http://127.0.0.1:1');
});
afterAll(async () => {
  await store.close();
  await gate.close();
});

const newRun = (tenant: Tenant, runId: RunId = newRunId(), job = 'job') => ({
  tenant,
  runId,
  job,
  version: 1,
  definition: Buffer.from('"definition"'),
  input: Buffer.from('"input"'),
  actor: 'ann',
});

async function enteredAndFound(run: ReturnType<typeof newRun>): Promise<RunRow> {
  await store.runs.enter(run);
  const row = await store.runs.find(run.tenant, run.runId);
  if (row === undefined) throw new Error('it was not entered');
  return row;
}

function message(agentPath: string, seq: number, content: string): PlacedMessage {
  const bytes = new TextEncoder().encode(JSON.stringify({ content }));
  return {
    blob: { mediaType: 'application/json', bytes },
    message: { agentPath: agentPath as StepPath, seq, ref: refOf(digestOf(bytes)) },
  };
}

test('a run is entered once; who comes later gets the row with the first input', async () => {
  const run = newRun(newTenant());
  const entered = await Promise.all([1, 2, 3].map(() => store.runs.enter(run)));
  expect(entered.filter(({ inserted }) => inserted)).toHaveLength(1);
  const later = await store.runs.enter({ ...run, input: Buffer.from('"other"') });
  expect(later).toMatchObject({
    inserted: false,
    row: { status: 'starting', inputDigest: digestOf('"input"'), actor: 'ann' },
  });
});

test('a definition that a store has put before is put again where its database has lost it', async () => {
  const run = newRun(newTenant());
  await store.runs.enter(run);
  const owner = databaseAs('owner', 1);
  await owner.query({ name: 'test.lose', text: 'delete from gate.definition where tenant = $1' }, [run.tenant]);
  await expect(store.runs.enter({ ...run, runId: newRunId() })).resolves.toMatchObject({ inserted: true });
  const text = 'select ref from gate.definition where tenant = $1';
  const rows = await owner.query({ name: 'test.definitions', text }, [run.tenant]);
  await owner.close();
  expect(rows).toEqual([{ ref: refOf(digestOf('"definition"')) }]);
});

test('a run goes from starting over waiting to its end, and never back', async () => {
  const run = newRun(newTenant());
  const { tenant, runId } = run;
  await store.runs.enter(run);
  await expect(
    store.runs.markStartFailed(tenant, runId, { code: 'stack-failed', sentence: 'Temporal is down.' }),
  ).resolves.toBe(true);
  await expect(store.runs.find(tenant, runId)).resolves.toMatchObject({
    status: 'starting',
    endCode: 'stack-failed',
  });
  await expect(store.runs.markStarted(tenant, runId)).resolves.toBe(true);
  await expect(store.runs.markStarted(tenant, runId)).resolves.toBe(false);
  const waitingFor = { kind: 'signal', name: 'release', since: 1, sentence: 'A person must release it.' };
  await expect(gate.runs.noteStatus({ tenant, runId, status: 'waiting', waitingFor, turns: 3 })).resolves.toBe(true);
  await expect(store.runs.find(tenant, runId)).resolves.toMatchObject({
    status: 'waiting',
    waitingFor,
    turns: 3,
    endCode: undefined,
  });
  await expect(
    gate.runs.close({ tenant, runId, status: 'failed', code: 'rejected', sentence: 'BR-CO-15 is broken.', turns: 4 }),
  ).resolves.toBe(true);
  await expect(gate.runs.close({ tenant, runId, status: 'completed' })).resolves.toBe(false);
  await expect(gate.runs.noteStatus({ tenant, runId, status: 'running' })).resolves.toBe(false);
  await expect(store.runs.markStarted(tenant, runId)).resolves.toBe(false);
  const ended = await store.runs.find(tenant, runId);
  expect(ended).toMatchObject({
    status: 'failed',
    endCode: 'rejected',
    endSentence: 'BR-CO-15 is broken.',
    waitingFor: undefined,
    turns: 4,
  });
  expect(ended?.closedAt).toBeInstanceOf(Date);
});

test('a run of another tenant is not found', async () => {
  const run = newRun(newTenant());
  await store.runs.enter(run);
  await expect(store.runs.find(newTenant(), run.runId)).resolves.toBeUndefined();
});

test('a run is listed newest first, by status and job, page by page, each once', async () => {
  const tenant = newTenant();
  const entered = [];
  for (const job of ['one', 'two', 'one', 'two', 'one'])
    entered.push(await enteredAndFound(newRun(tenant, newRunId(job), job)));
  const pages = [];
  for (let after; ;) {
    const page = await store.runs.list({ tenant, limit: 2, ...(after === undefined ? {} : { after }) });
    pages.push(page.map(({ runId }) => runId));
    after = page.at(-1);
    if (after === undefined) break;
  }
  expect(pages.map(({ length }) => length)).toEqual([2, 2, 1, 0]);
  const byTime = entered.toSorted(
    (a, b) => b.startedAt.getTime() - a.startedAt.getTime() || (a.runId < b.runId ? 1 : -1),
  );
  expect(pages.flat()).toEqual(byTime.map(({ runId }) => runId));
  await expect(store.runs.list({ tenant, job: 'two' })).resolves.toHaveLength(2);
  await expect(store.runs.list({ tenant, status: 'completed' })).resolves.toEqual([]);
  // What is being started shows as running.
  await expect(store.runs.list({ tenant, status: 'running' })).resolves.toHaveLength(byTime.length);
});

test('a run shows its calls in the order in which they were claimed', async () => {
  const run = newRun(newTenant());
  await store.runs.enter(run);
  const place = { ...run, target: undefined, effect: 'read' as const };
  await gate.perform(
    aCall({ ...place, stepPath: 'b' as StepPath, facts: { amount: 1 } }),
    { send: async () => settled(1) },
    { signal: never },
  );
  await gate.perform(
    aCall({ ...place, stepPath: 'a' as StepPath }),
    { send: async () => settled(2) },
    { signal: never },
  );
  const ledger = await store.runs.ledger(run.tenant, run.runId);
  expect(ledger.map(({ stepPath, state, facts }) => ({ stepPath, state, facts }))).toEqual([
    { stepPath: 'b', state: 'committed', facts: { amount: 1 } },
    { stepPath: 'a', state: 'committed', facts: null },
  ]);
  await expect(store.blobs.get(run.tenant, ledger[0]?.argsRef ?? ('' as never))).resolves.toMatchObject({
    bytes: Buffer.from('{"amount":100}'),
  });
});

test('a decision is stored once under its id and delivered once', async () => {
  const place = { tenant: newTenant(), runId: newRunId(), decisionId: 'one' };
  const decision = {
    ...place,
    kind: 'signal' as const,
    name: 'release',
    payload: { text: 'a\u0000b' },
    actor: 'ann',
  };
  await expect(store.decisions.insert(decision)).resolves.toMatchObject({
    inserted: true,
    row: { deliveredAt: undefined },
  });
  await expect(store.decisions.insert({ ...decision, name: 'other' })).resolves.toMatchObject({
    inserted: false,
    row: { name: 'release', payload: { text: 'a\u0000b' } },
  });
  await expect(store.decisions.markDelivered(place.tenant, place.runId, 'one')).resolves.toBe(true);
  await expect(store.decisions.markDelivered(place.tenant, place.runId, 'one')).resolves.toBe(false);
});

test('a transcript is appended once, read in order by range, and refuses another message at a place', async () => {
  const run = { tenant: newTenant(), runId: newRunId() };
  const messages = [message('propose', 1, 'second'), message('propose', 0, 'first'), message('check', 0, 'elsewhere')];
  await gate.transcripts.append({ ...run, messages });
  await gate.transcripts.append({ ...run, messages });
  const range = { ...run, agentPath: 'propose' as StepPath };
  await expect(gate.transcripts.read({ ...range, from: 0, to: 2 })).resolves.toEqual([
    { content: 'first' },
    { content: 'second' },
  ]);
  await expect(gate.transcripts.read({ ...range, from: 1, to: 2 })).resolves.toEqual([{ content: 'second' }]);
  await expect(gate.transcripts.read({ ...range, from: 2, to: 2 })).resolves.toEqual([]);
  await expect(gate.transcripts.read({ ...range, from: 0, to: 3 })).rejects.toMatchObject({ code: 'corrupt-blob' });
  await expect(gate.transcripts.append({ ...run, messages: [message('propose', 1, 'other')] })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(gate.transcripts.append({ ...run, messages: [] })).resolves.toBeUndefined();
});
