import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { callKeyOf } from '../../domain/digest.ts';
import type { StepPath } from '../../domain/ids.ts';
import type { LedgerEntry } from '../../gate/client-store.ts';
import { SEED_VARIABLE, seedFromEnvironment } from '../fixtures/seed-from-environment.ts';
import { carryOut, type Chaos, type EndedChaosRun, openChaos, SCENARIOS, SEQUENCE_CALLS } from './chaos.ts';
import { keysOf } from './many-runs.ts';
import { CALLS, ledgersOf, LIMIT_MS, sendsOf, UNKNOWN_END } from './observing.ts';
import { randomPlan, WAVES } from './random-plan.ts';

const { seed = Math.floor(Math.random() * 2 ** 31) } = seedFromEnvironment();
const RUNS = WAVES * SCENARIOS.length;

let chaos: Chaos;
let runs: readonly EndedChaosRun[];
let ledger: readonly LedgerEntry[];

beforeAll(async () => {
  say(`the random plan has the seed ${seed} (${SEED_VARIABLE})`);
  chaos = await openChaos();
  runs = await carryOut(chaos, randomPlan(seed));
  ledger = (
    await ledgersOf(
      chaos.engine,
      runs.map(({ runId }) => runId),
    )
  ).flat();
}, 2 * LIMIT_MS);

function say(line: string): void {
  process.stderr.write(`holdfast: ${line}\n`);
}

afterAll(() => chaos.close());

function of(...scenarios: readonly EndedChaosRun['scenario'][]): readonly EndedChaosRun[] {
  return runs.filter(({ scenario }) => scenarios.includes(scenario));
}

function count(items: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(items.map((item) => [item, items.filter((each) => each === item).length]));
}

function once(items: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries(items.map((item) => [item, 1]));
}

test('whatever is killed, stopped, reset, delivered twice and restarted, every run completes [worker.resumes] [crash.any-order]', () => {
  expect(runs.filter(({ atLast }) => atLast !== 'completed')).toEqual([]);
  expect(runs).toHaveLength(RUNS);
});

test('the receiver has one effect under each key of class A and for each natural key of class B, and under no other [crash.any-order]', () => {
  const { engine, receiver } = chaos;
  const { tenant } = engine;
  const keys = [
    ...of('sequence').flatMap(({ runId }) => keysOf(engine, runId, SEQUENCE_CALLS)),
    ...of('native', 'released').map(({ runId }) => callKeyOf({ tenant, runId, stepPath: CALLS.A.step })),
    ...of('natural').map(({ name }) => `/natural/${encodeURIComponent(name)}`),
  ];
  const found = receiver.effects.filter((effect) => !effect.startsWith('send-'));
  // The run that was started at last.
  expect(found).toHaveLength(keys.length + 1);
  expect(count(found)).toMatchObject(once(keys));
});

test('the receiver was sent each call of class C once: what may have arrived was asked for before [gate.effect-class-c]', () => {
  const sends = chaos.receiver.received.filter(({ path }) => path === '/referenced');
  const references = sends.map(({ body }) => String((body as { reference?: unknown }).reference));
  const keys = of('referenced').map(({ runId }) =>
    callKeyOf({ tenant: chaos.engine.tenant, runId, stepPath: CALLS.C.step }),
  );
  expect(count(references)).toEqual(once(keys));
});

test('a call of class D was sent at most once; then it was done or unknown, and what a person found made it one [gate.doubt-to-a-person]', () => {
  const blind = of('blind');
  const right = ['completed, 1 sent', `${UNKNOWN_END}, 1 sent`, `${UNKNOWN_END}, 0 sent`];
  expect(blind.map(({ end, sendsThen }) => `${end}, ${sendsThen} sent`).filter((end) => !right.includes(end))).toEqual(
    [],
  );
  expect(blind.map(({ name }) => sendsOf(chaos.receiver, name).length)).toEqual(blind.map(() => 1));
});

test('the ledger has every call as settled, and each model call once [gate.stored-result]', () => {
  const open = ledger.filter(({ state }) => !['committed', 'verified', 'accepted'].includes(state));
  expect(open).toEqual([]);
  const turns = ledger.filter(({ stepPath }) => stepPath === ('ask/turn-1' as StepPath));
  expect(turns).toHaveLength(WAVES);
});

test('the plan really killed, stopped, reset and delivered twice', () => {
  const { kills, stops, resets, duplicates } = chaos.done;
  expect(Math.min(kills, stops, resets, duplicates)).toBeGreaterThan(0);
});
