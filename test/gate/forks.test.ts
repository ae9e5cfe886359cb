import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkEffects } from '../../client/fork-effects.ts';
import { planFork } from '../../client/plan-fork.ts';
import { canonicalJson } from '../../domain/canonical.ts';
import { callKeyOf, digestOfJson } from '../../domain/digest.ts';
import type { RunId, StepPath, Tenant } from '../../domain/ids.ts';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import { callOf, type Database } from '../../gate/database.ts';
import type { Adapter, Call, Gate } from '../../gate/index.ts';
import { sharedStack } from '../stack-addresses.ts';
import { aCall, anIdentity, databaseAs, gateAt, ledgerRow, never, newRunId, newTenant, settled } from './fixture.ts';
import { type Receiver, receiver } from './receiver.ts';

let books: Receiver;
let gate: Gate;
let owner: Database;
let store: ClientStore;

beforeAll(async () => {
  books = await receiver(({ body }, response) => {
    const status = body.includes('"no"') ? 404 : body.includes('"later"') ? 503 : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"id":1}');
  });
  gate = await gateAt(books.address);
  owner = databaseAs('owner');
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
});
afterAll(async () => {
  await gate.close();
  await Promise.all([owner.close(), store.close(), books.close()]);
});

/** What a run asks for at one of its steps. */
interface Asked {
  readonly effect: 'read' | 'write';
  readonly hasIdentity: boolean;
  /** What the receiver says. */
  readonly says: 'yes' | 'no' | 'later';
}

interface Source {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly steps: readonly Asked[];
}

function callAt({ tenant, runId, steps }: Source, index: number, args?: Call['args']): Call {
  const { effect = 'write', hasIdentity = false, says = 'yes' } = steps[index] ?? {};
  return aCall({
    tenant,
    runId,
    stepPath: `step-${index}` as StepPath,
    effect,
    args: args ?? { index, says },
    ...(hasIdentity && effect === 'write' ? { identity: anIdentity(`${tenant} ${index}`) } : {}),
  });
}

function perform(call: Call): ReturnType<Gate['perform']> {
  const adapter: Adapter = {
    send: async ({ http, key }) => settled(await http.post('/bookings', call.args, { key })),
  };
  return gate.perform(call, adapter, { signal: never });
}

async function ran(steps: readonly Asked[]): Promise<Source> {
  const source = { tenant: newTenant(), runId: newRunId(), steps };
  for (let index = 0; index < steps.length; index += 1) await perform(callAt(source, index));
  return source;
}

async function forked(source: Source, from: string, more: Partial<Parameters<ClientStore['forks']['enter']>[0]> = {}) {
  const { tenant, runId, steps } = source;
  const record = await store.forks.record(tenant, runId, from);
  if (record === undefined) throw new Error(`There is no step ${from}.`);
  const plan = planFork(record, { calls: [], input: false });
  const fork = { tenant, runId: newRunId(), steps };
  const entered = await store.forks.enter({
    tenant,
    runId: fork.runId,
    job: 'job',
    version: 1,
    source: runId,
    step: from,
    actor: 'ada',
    definition: Buffer.from('{}'),
    input: Buffer.from(canonicalJson({ any: 'input' })),
    request: digestOfJson(from),
    edits: {},
    ...plan,
    ...more,
  });
  return { fork, entered, plan };
}

const sentFor = (call: Call): number => books.sentWith(callKeyOf(call));
const anAsk = fc.record<Asked>({
  effect: fc.constantFrom('read', 'write'),
  hasIdentity: fc.boolean(),
  says: fc.constantFrom('yes', 'yes', 'no'),
});
const WRITE: Asked = { effect: 'write', hasIdentity: true, says: 'yes' };

test('wherever a run is forked, no call before reaches the receiver and each after it does so once, or is refused as held [fork.prefix]', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anAsk, { minLength: 1, maxLength: 6 }), fc.nat(), async (steps, any) => {
      const source = await ran(steps);
      const first = any % steps.length;
      const { fork, entered } = await forked(source, `step-${first}`);
      expect(entered).toBe('entered');
      const held: number[] = [];
      for (const [index, { effect, hasIdentity, says }] of steps.entries()) {
        const call = callAt(fork, index);
        const outcome = await perform(call);
        const holds = index >= first && effect === 'write' && hasIdentity && says === 'yes';
        if (holds) held.push(index);
        const kind = holds ? 'conflict' : says === 'yes' ? 'committed' : 'rejected';
        // An attempt that is repeated asks the receiver no more either.
        expect([outcome.kind, (await perform(call)).kind]).toEqual([kind, kind]);
        expect([index, sentFor(call)]).toEqual([index, index < first || holds ? 0 : 1]);
        expect([index, sentFor(callAt(source, index))]).toEqual([index, 1]);
      }
      const named = await store.forks.collisions(source.tenant, source.runId, copiedOf(first));
      const withIdentity = named.filter(({ hasIdentity, runId }) => hasIdentity && runId === source.runId);
      expect(withIdentity.map(({ stepPath }) => stepPath)).toEqual(held.map((index) => `step-${index}`));
    }),
    { numRuns: 25 },
  );
});

function copiedOf(first: number): readonly string[] {
  return Array.from({ length: first }, (_, index) => `step-${index}`);
}

test('a copied call is answered as it is recorded and holds nothing; with other arguments it names the step to fork from [fork.new-code]', async () => {
  const source = await ran([WRITE, WRITE]);
  const { fork } = await forked(source, 'step-1');
  const copied = await ledgerRow(owner, callAt(fork, 0));
  expect(copied).toMatchObject({ state: 'committed', holds: null, owner: null });
  expect(copied.result).toEqual((await ledgerRow(owner, callAt(source, 0))).result);
  expect(await perform(callAt(fork, 0, { index: 0, says: 'another thing' }))).toEqual({
    kind: 'conflict',
    holder: { runId: fork.runId, stepPath: 'step-0' },
    sentence: expect.stringContaining('fork from step-0, or from an earlier step'),
  });
  expect(sentFor(callAt(fork, 0))).toBe(0);
});

test('a fork is entered once, and not with a call that is no longer settled', async () => {
  const source = await ran([WRITE, WRITE]);
  const { fork } = await forked(source, 'step-1');
  expect((await forked(source, 'step-1', { runId: fork.runId })).entered).toBe('there');
  const calls = [
    { from: 'step-0' as StepPath, to: 'step-0' as StepPath },
    { from: 'gone' as StepPath, to: 'gone' as StepPath },
  ];
  const { entered, fork: other } = await forked(source, 'step-1', { calls, runId: newRunId() });
  expect(entered).toBe('changed');
  expect(await store.runs.find(source.tenant, other.runId)).toBeUndefined();
});

test('what the other forks of the first run have done is in the way, too, and what is copied is not', async () => {
  const source = await ran([
    { ...WRITE, says: 'no' },
    { ...WRITE, says: 'no' },
  ]);
  const { fork } = await forked(source, 'step-1');
  const made = { ...fork, steps: [WRITE, WRITE] };
  expect((await perform(callAt(made, 1))).kind).toBe('committed');
  const again = await forked(fork, 'step-1');
  const named = async (run: Source, copied: readonly string[]): Promise<readonly string[]> =>
    (await store.forks.collisions(run.tenant, run.runId, copied)).map(({ runId, stepPath }) => `${runId} ${stepPath}`);
  const expected = [`${fork.runId} step-1`];
  expect(await named(source, ['step-0'])).toEqual(expected);
  expect(await named(again.fork, ['step-0'])).toEqual(expected);
  expect(await named(source, ['step-0', 'step-1'])).toEqual([]);
});

test('what was given up before the step is made again, and is named where it may have had its effect [fork.collisions]', async () => {
  const source = await ran([{ ...WRITE, hasIdentity: false, says: 'later' }, WRITE, WRITE]);
  const { plan } = await forked(source, 'step-2');
  expect(plan.again).toEqual(['step-0']);
  const copied = plan.calls.map(({ to }) => to);
  const named = await store.forks.collisions(source.tenant, source.runId, copied);
  expect(named.map(({ stepPath, state, hasIdentity }) => [stepPath, state, hasIdentity])).toEqual([
    ['step-0', 'claimed', false],
    ['step-2', 'committed', true],
  ]);
});

test('however many effects with an identity are in the way, one without is named, and nobody repeats it unasked [fork.collisions]', async () => {
  const source = await ran([...Array.from({ length: 101 }, () => WRITE), { ...WRITE, hasIdentity: false }]);
  const effects = await store.forks.collisions(source.tenant, source.runId, []);
  expect(effects.filter(({ hasIdentity }) => hasIdentity)).toHaveLength(100);
  expect(effects.filter(({ hasIdentity }) => !hasIdentity).map(({ stepPath }) => stepPath)).toEqual(['step-101']);
  expect(() => checkEffects(effects, {})).toThrow('and at least 90 more; the same thing is not done twice');
  expect(() => checkEffects(effects, { despiteCollisions: true })).toThrow(
    `Effects without an identity may be made a second time: post_booking of ${source.runId} at step-101 (committed).`,
  );
  expect(() => checkEffects(effects, { despiteCollisions: true, repeatEffects: true })).not.toThrow();
});

test('a call that is doubted after it was copied is doubted in its own run alone', async () => {
  const source = await ran([WRITE, WRITE]);
  const { fork } = await forked(source, 'step-1');
  await owner.query(callOf('doubt', 3), [source.tenant, callKeyOf(callAt(source, 0)), 'other']);
  expect(await ledgerRow(owner, callAt(source, 0))).toMatchObject({ state: 'unknown' });
  expect(await ledgerRow(owner, callAt(fork, 0))).toMatchObject({ state: 'committed' });
});
