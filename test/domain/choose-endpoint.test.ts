import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CallNeeds, chooseEndpoint, type EndpointCandidate } from '../../domain/choose-endpoint.ts';
import { DATA_CLASSES } from '../../domain/effects.ts';

const cooling = fc.option(
  fc.record({ kind: fc.constantFrom('closed', 'failing'), waitMs: fc.integer({ min: 1, max: 100_000 }) }),
  { nil: undefined },
);
const candidate = fc.record({
  id: fc.stringMatching(/^[a-z]{1,6}$/),
  cleared: fc.subarray([...DATA_CLASSES]),
  contextTokens: fc.option(fc.integer({ min: 1_024, max: 200_000 }), { nil: undefined }),
  tools: fc.boolean(),
  cooling,
});
const candidates: fc.Arbitrary<EndpointCandidate[]> = fc.uniqueArray(candidate, {
  selector: ({ id }) => id,
  maxLength: 8,
});
const needs: fc.Arbitrary<CallNeeds> = fc.record({
  dataClass: fc.constantFrom(...DATA_CLASSES),
  inputTokens: fc.integer({ min: 0, max: 300_000 }),
  tools: fc.boolean(),
  rung: fc.integer({ min: 0, max: 10 }),
});

const PLAIN = { cleared: ['public'], contextTokens: 8_192, tools: true, cooling: undefined } as const;
const NEEDS: CallNeeds = { dataClass: 'public', inputTokens: 100, tools: true, rung: 0 };

test('no endpoint is asked that breaks a hard constraint, whatever else is up [endpoint.cleared]', () => {
  fc.assert(
    fc.property(candidates, needs, (all, call) => {
      const asked = chooseEndpoint(all, call).order.map(({ id }) => all.find((one) => one.id === id));
      for (const one of asked) {
        expect(one?.cleared).toContain(call.dataClass);
        expect(one?.tools === true || !call.tools).toBe(true);
        expect(one?.contextTokens ?? Infinity).toBeGreaterThan(call.inputTokens);
      }
    }),
  );
});

test('every endpoint is asked or skipped with one reason, and one is asked as soon as one fits', () => {
  fc.assert(
    fc.property(candidates, needs, (all, call) => {
      const { order, skipped, fitting } = chooseEndpoint(all, call);
      const named = [...order, ...skipped].map(({ id }) => id);
      expect(named.toSorted()).toEqual(all.map(({ id }) => id).toSorted());
      expect(order.length > 0).toBe(fitting.length > 0);
    }),
  );
});

test('free endpoints come in the order of the agent, failing ones after them, closed ones not at all while another is left', () => {
  fc.assert(
    fc.property(candidates, needs, (all, call) => {
      const kinds = chooseEndpoint(all, call).order.map(({ id }) => all.find((one) => one.id === id)?.cooling?.kind);
      const ranks = kinds.map((kind) => (kind === undefined ? 0 : kind === 'failing' ? 1 : 2));
      expect(ranks).toEqual(ranks.toSorted((one, other) => one - other));
      expect(ranks.filter((rank) => rank === 2).length).toBeLessThanOrEqual(ranks.length === 1 ? 1 : 0);
      const free = chooseEndpoint(
        all.map((one) => ({ ...one, cooling: undefined })),
        { ...call, rung: 0 },
      );
      expect(free.order.map(({ id }) => id)).toEqual(free.fitting);
    }),
  );
});

test.each([
  [0, ['a', 'b', 'c']],
  [1, ['b', 'c']],
  [2, ['c']],
  [9, ['c']],
])('rung %d begins there in the list of those that fit', (rung, expected) => {
  const all = ['a', 'x', 'b', 'c'].map((id) => ({ ...PLAIN, id, tools: id !== 'x' }));
  const { order, fitting } = chooseEndpoint(all, { ...NEEDS, rung });
  expect(order.map(({ id }) => id)).toEqual(expected);
  expect(fitting).toEqual(['a', 'b', 'c']);
});

test('an only endpoint is a last resort, and so are failing ones, the soonest first', () => {
  const failing = (id: string, waitMs: number): EndpointCandidate => {
    return { ...PLAIN, id, cooling: { kind: 'failing', waitMs } };
  };
  expect(chooseEndpoint([{ ...PLAIN, id: 'a' }], NEEDS).order).toEqual([{ id: 'a', lastResort: true }]);
  expect(chooseEndpoint([failing('a', 900), { ...PLAIN, id: 'b' }, failing('c', 100)], NEEDS).order).toEqual([
    { id: 'b', lastResort: false },
    { id: 'c', lastResort: true },
    { id: 'a', lastResort: true },
  ]);
});
