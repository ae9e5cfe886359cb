import { expect, test } from '@jest/globals';
import { progressAfter, progressFigures } from '../../../bench/recovery/progress.ts';
import type { Entry } from '../../../bench/recovery/record.ts';

const PACE = { steps: 20, answerMs: 4_000 };
const killed = { killedAt: 10_000, readyAt: 12_500 };

const entry = (run: string, at: number, kind: Entry['kind'] = 'effect'): Entry => ({
  kind,
  at,
  run,
  step: 1,
  key: `${run} ${at}`,
});

test('a killed worker hits the run whose request it broke off: it goes on with its next request', () => {
  const record = [entry('a', 9_000), entry('a', 10_050, 'broken'), entry('a', 14_000, 'repeat'), entry('a', 18_000)];
  expect(progressAfter(record, { kind: 'worker', ...killed }, PACE)).toEqual([
    { kind: 'worker', fromKill: 4_000, fromReady: 1_500, fromDue: 1_500, stepsBefore: 1 },
  ]);
});

test('a run whose request is answered by another worker is not hit by a killed one, and one between two steps is', () => {
  const record = [
    entry('under way', 8_000),
    entry('under way', 12_100),
    entry('between', 5_900),
    entry('between', 11_200),
  ];
  expect(progressAfter(record, { kind: 'worker', ...killed }, PACE)).toEqual([
    { kind: 'worker', fromKill: 1_200, fromReady: 0, fromDue: 0, stepsBefore: 1 },
  ]);
});

test('a killed server hits every open run; what the receiver was still at is due only when it has answered', () => {
  const record = [entry('a', 9_500), entry('a', 13_900), entry('ended', 2_000), entry('late', 11_000)];
  expect(progressAfter(record, { kind: 'server', ...killed }, PACE)).toEqual([
    { kind: 'server', fromKill: 3_900, fromReady: 1_400, fromDue: 400, stepsBefore: 1 },
  ]);
});

test('figures of no time at all are 0', () => {
  expect(progressFigures([])).toEqual({ runs: 0, p50Ms: 0, p95Ms: 0, maxMs: 0 });
  expect(progressFigures([30, 10, 20])).toEqual({ runs: 3, p50Ms: 20, p95Ms: 30, maxMs: 30 });
});
