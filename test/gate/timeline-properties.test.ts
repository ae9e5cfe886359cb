import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { callKeyOf, digestOf } from '../../domain/digest.ts';
import type { OwnerId, RunId, StepPath, Tenant } from '../../domain/ids.ts';
import type { TimelineEvent } from '../../domain/timeline.ts';
import { answerCall } from '../../gate/answer-call.ts';
import { callOf, Database } from '../../gate/database.ts';
import { insertDecision, markDelivered } from '../../gate/decisions.ts';
import { RunEntry } from '../../gate/enter-run.ts';
import { type Claim, Ledger } from '../../gate/ledger.ts';
import type { PreparedCall } from '../../gate/prepared-call.ts';
import { closeRun, noteStatus } from '../../gate/run-progress.ts';
import { timelineSince } from '../../gate/timeline.ts';
import { sharedStack } from '../stack-addresses.ts';
import { databaseAs, newRunId, newTenant, openLongLease, prepared, untilFinal } from './fixture.ts';

let owner: Database;
let reader: Database;
let writers: readonly [Database, Database];
let lease: OwnerId;

beforeAll(async () => {
  owner = databaseAs('owner');
  reader = databaseAs('client');
  // One connection each, so that what one writes between a begin and a commit is one transaction.
  writers = [oneConnection(), oneConnection()];
  lease = await openLongLease(owner);
});
afterAll(async () => {
  for (const database of [owner, reader, ...writers]) await database.close();
});

const WRITES = [
  'claim',
  'claim',
  'commit',
  'commit',
  'unknown',
  'release',
  'verify',
  'doubt',
  'repeat',
  'accept',
  'note',
  'signal',
  'deliver',
] as const;
type Write = (typeof WRITES)[number];
type Act =
  | { readonly kind: 'write'; readonly by: 0 | 1; readonly write: Write; readonly call: 0 | 1 | 2 }
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'end'; readonly by: 0 | 1 }
  | { readonly kind: 'read'; readonly limit: number };

const by = fc.constantFrom(0 as const, 1 as const);
const acts = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      by,
      write: fc.constantFrom(...WRITES),
      call: fc.constantFrom(0 as const, 1 as const, 2 as const),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('begin' as const, 'begin' as const, 'commit' as const), by }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('rollback' as const, 'end' as const), by }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('read' as const), limit: fc.integer({ min: 1, max: 4 }) }) },
);

/** Two runs: one that is entered, and one that is not, so that its calls lock no row of a run together. */
interface World {
  readonly tenant: Tenant;
  readonly runs: readonly [RunId, RunId];
  readonly calls: readonly PreparedCall[];
  readonly claims: Map<string, Claim>;
  readonly open: Set<0 | 1>;
  readonly read: readonly [TimelineEvent[], TimelineEvent[]];
  count: number;
}

test('who reads on from the last event gets what a reader at the end gets, whatever commits in whatever order [timeline.whole]', async () => {
  const kinds = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { minLength: 20, maxLength: 70 }), async (history) => {
      const world = await newWorld();
      for (const act of history) await perform(world, act);
      for (const one of world.open) await say(writers[one], 'commit');
      await untilFinal(owner);
      for (let before = -1; before < lengthOf(world);) {
        before = lengthOf(world);
        await readOn(world, 3);
      }
      const whole = await timelineSince(reader, positionsOf(world, []), 1_000);
      expect(world.read).toEqual(whole.map(({ events }) => events));
      for (const { events } of whole) {
        expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
        for (const { kind } of events) kinds.add(kind);
      }
    }),
    { numRuns: 60, endOnFailure: true },
  );
  expect([...kinds].toSorted()).toEqual([
    'call-claimed',
    'call-judged',
    'call-settled',
    'decision-delivered',
    'decision-made',
    'run-ended',
    'run-started',
    'status-noted',
  ]);
});

function oneConnection(): Database {
  const url = new URL(sharedStack().database.ownerUrl);
  url.searchParams.set('options', '-c lock_timeout=20ms');
  return new Database({ url: url.href, poolSize: 1, timeoutMs: 5_000, label: 'test' });
}

async function newWorld(): Promise<World> {
  const tenant = newTenant();
  const runs = [newRunId(), newRunId()] as const;
  const input = Buffer.from('{}');
  const run = { tenant, runId: runs[0], job: 'job', version: 1, definition: input, input };
  await new RunEntry(owner, async () => undefined).enter(run);
  const calls = [0, 1, 1].map((of, index) =>
    prepared({ tenant, runId: runs[of === 0 ? 0 : 1], stepPath: `step-${index}` as StepPath }),
  );
  return { tenant, runs, calls, claims: new Map(), open: new Set(), read: [[], []], count: 0 };
}

async function perform(world: World, act: Act): Promise<void> {
  if (act.kind === 'read') return readOn(world, act.limit);
  const writer = writers[act.by];
  const open = world.open.has(act.by);
  switch (act.kind) {
    case 'begin':
      if (!open) await say(writer, 'begin');
      world.open.add(act.by);
      return;
    case 'commit':
    case 'rollback':
      if (open) await say(writer, act.kind);
      world.open.delete(act.by);
      return;
    case 'end':
      return orUndone(world, act.by, () =>
        closeRun(writer, { tenant: world.tenant, runId: world.runs[0], status: 'failed', code: 'rejected' }),
      );
    case 'write':
      return orUndone(world, act.by, () => write(world, writer, act));
  }
}

// A statement that waits for the other connection's lock fails, and its transaction with it.
async function orUndone(world: World, one: 0 | 1, statement: () => Promise<unknown>): Promise<void> {
  try {
    await statement();
  } catch (error) {
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('lock timeout') });
    // Its connection is given up with it.
    world.open.delete(one);
  }
}

async function write(world: World, writer: Database, act: Act & { kind: 'write' }): Promise<unknown> {
  const call = world.calls[act.call];
  if (call === undefined) throw new Error('There is no such call.');
  const { tenant, runId } = call.call;
  const key = callKeyOf(call.call);
  const ledger = new Ledger(writer);
  world.count += 1;
  switch (act.write) {
    case 'claim': {
      const answer = await ledger.claim(call, lease);
      if (answer.kind === 'claimed' || answer.kind === 'taken-over')
        world.claims.set(key, { prepared: call, owner: lease, fenceToken: answer.fenceToken });
      return;
    }
    case 'commit':
    case 'unknown':
    case 'release': {
      const claim = world.claims.get(key);
      if (claim === undefined) return;
      if (act.write === 'release') return ledger.release(claim, { nothingLeft: true, sentence: `${world.count}` });
      return ledger.settle(claim, {
        state: act.write === 'commit' ? 'committed' : 'unknown',
        sentence: `${world.count}`,
      });
    }
    case 'verify':
      return writer.query(callOf('verify', 2), [tenant, key]);
    case 'doubt':
      return writer.query(callOf('doubt', 3), [tenant, key, `${world.count}`]);
    case 'repeat':
    case 'accept': {
      const decisionId = `answer-${world.count}`;
      await insertDecision(writer, { tenant, runId, decisionId, kind: 'answer', name: call.call.stepPath });
      const verdict = act.write === 'accept' ? 'accepted' : 'repeat';
      return answerCall(writer, { ...call.call, decisionId, verdict, result: {}, sentence: `${world.count}` });
    }
    case 'note':
      return noteStatus(writer, { tenant, runId, status: act.call === 0 ? 'waiting' : 'running' });
    case 'signal':
      return insertDecision(writer, { tenant, runId, decisionId: `${act.call}`, kind: 'signal', actor: 'ann' });
    case 'deliver':
      return markDelivered(writer, { tenant, runId, decisionId: `${act.call}` });
  }
}

function positionsOf(world: World, read: readonly TimelineEvent[][]): Parameters<typeof timelineSince>[1] {
  return world.runs.map((runId, index) => {
    const after = read[index]?.at(-1)?.id;
    return { tenant: world.tenant, runId, ...(after === undefined ? {} : { after }) };
  });
}

async function readOn(world: World, limit: number): Promise<void> {
  const pages = await timelineSince(reader, positionsOf(world, [...world.read]), limit);
  for (const [index, { events }] of pages.entries()) world.read[index]?.push(...events);
}

function lengthOf({ read }: World): number {
  return read[0].length + read[1].length;
}

async function say(database: Database, text: string): Promise<void> {
  await database.query({ name: digestOf(text).slice(0, 20), text }, []);
}
