import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  ENDPOINTS,
  LOST_ANSWERS,
  MODEL_FAULTS,
  modelFaultAt,
  TOOL_FAULTS,
  toolFaultAt,
} from '../../../evals/tau2/fault-plan.ts';

const PLACES = 5_000;
const places = Array.from({ length: PLACES }, (_, index) => index);

function faultsAt(rate: number, seed = 1): readonly ReturnType<typeof modelFaultAt>[] {
  return places.map((answered) => modelFaultAt({ seed, rate }, { task: 'a task', answered, possible: MODEL_FAULTS }));
}

describe('the faults of model calls', () => {
  test('are the same for the same seed and place, in whatever order they are asked for [eval.tau2]', () => {
    const place = fc.record({ task: fc.string(), answered: fc.nat(500) });
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 0.5, noNaN: true }), fc.array(place), (seed, rate, asked) => {
        const plan = { seed, rate };
        const at = (one: (typeof asked)[number]): unknown => modelFaultAt(plan, { ...one, possible: MODEL_FAULTS });
        expect(asked.toReversed().map(at).toReversed()).toEqual(asked.map(at));
      }),
    );
  });

  test.each([0.1, 0.3])('meet each endpoint by the rate %d [eval.tau2]', (rate) => {
    const faults = faultsAt(rate);
    for (const endpoint of ENDPOINTS) {
      const met = faults.filter((fault) =>
        fault?.endpoint === undefined ? fault !== undefined : fault.endpoint === endpoint,
      );
      expect(met.length / PLACES).toBeGreaterThan(rate * 0.88);
      expect(met.length / PLACES).toBeLessThan(rate * 1.12);
    }
  });

  test('are of every kind, and are none at the rate 0 [eval.tau2]', () => {
    expect(new Set(faultsAt(0.3).map((fault) => fault?.kind))).toEqual(new Set([undefined, ...MODEL_FAULTS]));
    expect(new Set(faultsAt(0))).toEqual(new Set([undefined]));
  });

  test('lose an answer at one endpoint alone, so that the other one answers [eval.tau2]', () => {
    for (const fault of faultsAt(0.5)) {
      const loses = fault !== undefined && LOST_ANSWERS.some((kind) => kind === fault.kind);
      expect(fault?.endpoint !== undefined).toBe(loses);
    }
  });

  test('differ by the seed [eval.tau2]', () => {
    expect(faultsAt(0.3, 2)).not.toEqual(faultsAt(0.3, 1));
  });
});

describe('the faults of tool calls', () => {
  const at = (rate: number): readonly unknown[] =>
    places.map((place) => toolFaultAt({ seed: 1, rate }, 'a task', place));

  test('come by the rate and are of every kind [eval.tau2]', () => {
    const met = at(0.3).filter((fault) => fault !== undefined);
    expect(new Set(met)).toEqual(new Set(TOOL_FAULTS));
    expect(Math.abs(met.length / PLACES - 0.3)).toBeLessThan(0.03);
  });

  test('are alike twice, and none at the rate 0 [eval.tau2]', () => {
    expect(at(0.3)).toEqual(at(0.3));
    expect(new Set(at(0))).toEqual(new Set([undefined]));
  });
});
