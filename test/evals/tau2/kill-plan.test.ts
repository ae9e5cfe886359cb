import { expect, test } from '@jest/globals';
import { KILL_KINDS, killPlan } from '../../../evals/tau2/kill-plan.ts';

test('each kind of kill comes once before any comes twice, later and later, in an order of the seed [eval.tau2]', () => {
  const plan = killPlan({ seed: 7, count: 2 * KILL_KINDS.length });
  const rounds = [plan.slice(0, KILL_KINDS.length), plan.slice(KILL_KINDS.length)];
  for (const round of rounds) expect(round.map(({ kind }) => kind).toSorted()).toEqual(KILL_KINDS.toSorted());
  expect(plan.map(({ atMs }) => atMs)).toEqual(plan.map(({ atMs }) => atMs).toSorted((one, other) => one - other));
  expect(killPlan({ seed: 7, count: plan.length })).toEqual(plan);
  expect(killPlan({ seed: 8, count: plan.length })).not.toEqual(plan);
});
