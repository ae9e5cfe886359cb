import { beforeAll, describe, expect, test } from '@jest/globals';
import type { EndedRun } from './many-runs.ts';
import { LIMIT_MS, takeoversOf } from './observing.ts';
import { storm, type StormPlan, type StormSeen } from './storm.ts';

const SMALL = { seed: 20_260, calls: 6 };
const STORMS: readonly { name: string; plan: StormPlan; keys: number }[] = [
  {
    name: 'together, one process of two and at last both',
    plan: { ...SMALL, layout: 'together', sequences: 4, blinds: 2, kills: [[0], [1], [0], [0, 1]] },
    keys: 96,
  },
  {
    name: 'apart, one call worker and then both at once',
    // Their places: workflows, calls, workflows, calls.
    plan: { ...SMALL, layout: 'apart', sequences: 3, blinds: 1, kills: [[1], [1, 3]] },
    keys: 36,
  },
];

describe.each(STORMS)('workers killed again and again while runs are under way ($name)', ({ plan, keys }) => {
  let seen: StormSeen;
  let sequences: readonly EndedRun[];
  let blinds: readonly EndedRun[];

  beforeAll(async () => {
    seen = await storm(plan);
    sequences = seen.runs.filter(({ scenario }) => scenario === 'sequence');
    blinds = seen.runs.filter(({ scenario }) => scenario === 'blind');
  }, 2 * LIMIT_MS);

  test('no run of calls with a key fails or gets stuck [worker.resumes] [worker.layouts]', () => {
    expect(sequences.map(({ end }) => end)).toEqual(Array(plan.kills.length * plan.sequences).fill('completed'));
  });

  test('every expected effect is at the receiver exactly once, by key [crash.kill-matrix]', () => {
    expect(seen.found).toEqual(seen.expected);
    expect(new Set(seen.expected).size).toBe(keys);
  });

  test('the ledger has each of those calls as committed [crash.kill-matrix]', () => {
    const stamped = seen.calls.filter(({ name }) => name === 'stamp_repeated');
    expect(stamped.map(({ callKey, state }) => `${state} ${callKey}`).toSorted()).toEqual(
      seen.expected.map((key) => `committed ${key}`),
    );
  });

  test('a call without a key is sent at most once; it is done, or its run asks a person [gate.doubt-to-a-person]', () => {
    const ends = blinds.map(({ end, sends }) => `${end}, ${sends} sent`);
    const right = ['completed, 1 sent', 'asks unknown-effect, 1 sent', 'asks unknown-effect, 0 sent'];
    expect(ends.filter((end) => !right.includes(end))).toEqual([]);
    expect(ends).toHaveLength(plan.kills.length * plan.blinds);
  });

  test('each kill met calls in flight, and calls were taken over [gate.takeover]', () => {
    expect(seen.inFlightAtKills).toHaveLength(plan.kills.length);
    expect(Math.min(...seen.inFlightAtKills)).toBeGreaterThan(0);
    expect(takeoversOf(seen.calls)).toBeGreaterThan(0);
  });
});
