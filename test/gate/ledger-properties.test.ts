import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OwnerId } from '../../domain/ids.ts';
import type { Database } from '../../gate/database.ts';
import type { CallState } from '../../gate/index.ts';
import { type Claim, Ledger } from '../../gate/ledger.ts';
import type { PreparedCall } from '../../gate/prepared-call.ts';
import { anIdentity, databaseAs, newTenant, openLongLease, prepared, setLease } from './fixture.ts';

let owner: Database;
let database: Database;
let ledger: Ledger;

beforeAll(() => {
  owner = databaseAs('owner');
  database = databaseAs('gate', 6);
  ledger = new Ledger(database);
});
afterAll(async () => {
  await owner.close();
  await database.close();
});

interface Act {
  readonly kind: 'claim' | 'mark' | 'commit' | 'reject' | 'unknown' | 'release-unsent' | 'release-sent' | 'die';
  /** Which of the two workers, and which of the two calls that want one identity. */
  readonly worker: 0 | 1;
  readonly call: 0 | 1;
}

interface Row {
  readonly call_key: string;
  readonly state: CallState;
  readonly fence_token: number;
  readonly holds: string | null;
}

/** Two workers and two calls, with what each worker believes to hold. */
interface World {
  readonly calls: readonly [PreparedCall, PreparedCall];
  readonly owners: [OwnerId, OwnerId];
  readonly claims: Map<string, Claim>;
  /** Every settlement that the ledger took, by call: which claim, and as what. */
  readonly settled: Map<string, Set<string>>;
  readonly before: Map<string, Row>;
}

const acts = fc.record<Act>({
  kind: fc.constantFrom(
    'claim',
    'claim',
    'claim',
    'mark',
    'commit',
    'reject',
    'unknown',
    'release-unsent',
    'release-sent',
    'die',
  ),
  worker: fc.constantFrom(0, 1),
  call: fc.constantFrom(0, 1),
});
// What stands in one inner list happens at the same time.
const histories = fc.array(fc.array(acts, { minLength: 1, maxLength: 3 }), { minLength: 3, maxLength: 14 });

test('whatever two workers do at whatever time: one settlement wins, states go forward, one call holds the identity', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const world = await newWorld();
      for (const moment of history) {
        await Promise.all(moment.map((act) => perform(world, act)));
        await check(world);
      }
    }),
    { numRuns: 60 },
  );
});

async function newWorld(): Promise<World> {
  const [tenant, identity] = [newTenant(), anIdentity('the same thing')];
  return {
    calls: [prepared({ tenant, identity, class: 'D' }), prepared({ tenant, identity, class: 'D' })],
    owners: [await openLongLease(owner), await openLongLease(owner)],
    claims: new Map(),
    settled: new Map(),
    before: new Map(),
  };
}

async function perform(world: World, act: Act): Promise<void> {
  const call = world.calls[act.call];
  const by = world.owners[act.worker];
  if (act.kind === 'die') {
    await setLease(owner, by, '-1 second');
    world.owners[act.worker] = await openLongLease(owner);
    return;
  }
  const place = `${act.worker} ${act.call}`;
  if (act.kind === 'claim') {
    const answer = await ledger.claim(call, by);
    if (answer.kind === 'claimed' || answer.kind === 'taken-over')
      world.claims.set(place, { prepared: call, owner: by, fenceToken: answer.fenceToken });
    return;
  }
  const claim = world.claims.get(place);
  if (claim !== undefined) await use(world, claim, act.kind);
}

async function use(world: World, claim: Claim, kind: Exclude<Act['kind'], 'claim' | 'die'>): Promise<void> {
  switch (kind) {
    case 'mark':
      await ledger.markSent(claim);
      return;
    case 'release-unsent':
    case 'release-sent':
      await ledger.release(claim, { nothingLeft: kind === 'release-unsent', sentence: kind });
      return;
    case 'commit':
    case 'reject':
    case 'unknown': {
      const state = kind === 'commit' ? 'committed' : kind === 'reject' ? 'rejected' : 'unknown';
      if (!(await ledger.settle(claim, { state, sentence: kind }))) return;
      const wins = world.settled.get(claim.prepared.callKey) ?? new Set();
      world.settled.set(claim.prepared.callKey, wins.add(`${claim.owner} ${claim.fenceToken} ${state}`));
    }
  }
}

const SETTLED: readonly CallState[] = ['committed', 'rejected', 'unknown'];

async function check(world: World): Promise<void> {
  const [first] = world.calls;
  const text = 'select call_key, state, fence_token, holds from gate.call where tenant = $1';
  const rows = await owner.query<Row>({ name: 'test.world', text }, [first.call.tenant]);
  expect(rows.filter(({ holds }) => holds !== null).length).toBeLessThanOrEqual(1);
  for (const row of rows) {
    const before = world.before.get(row.call_key) ?? row;
    expect(row.fence_token).toBeGreaterThanOrEqual(before.fence_token);
    expect([before.state, row.state]).toEqual([
      before.state,
      SETTLED.includes(before.state) ? before.state : row.state,
    ]);
    expect(world.settled.get(row.call_key)?.size ?? 0).toBe(SETTLED.includes(row.state) ? 1 : 0);
    world.before.set(row.call_key, row);
  }
  // A call that may have happened keeps what it did from being done again.
  const happened = rows.filter(({ state }) => state === 'sent' || state === 'committed' || state === 'unknown');
  expect(happened.length).toBeLessThanOrEqual(1);
}
