import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Effect, EffectClass } from '../../domain/effects.ts';
import { nextAfterClaim } from '../../gate/after-claim.ts';
import type { Taken } from '../../gate/ledger.ts';
import { prepareCall } from '../../gate/prepared-call.ts';
import { aCall, prepared, toBooks } from './fixture.ts';

const HOUR_MS = 3_600_000;
const CLASSES = ['A', 'B', 'C', 'D'] as const;

const effectClasses = fc.constantFrom<EffectClass>(...CLASSES);
const writes = fc.constantFrom<Effect>('write', 'egress');
const exposures = fc.double({ min: 0, max: 48 * HOUR_MS, noNaN: true });
const timeouts = fc.integer({ min: 1, max: 600_000 });
const keyTtls = fc.option(fc.integer({ min: 1, max: 48 * HOUR_MS }), { nil: undefined });

interface Given {
  readonly effect: Effect;
  readonly effectClass: EffectClass;
  readonly timeoutMs: number;
  readonly keyTtlMs: number | undefined;
}

const calls = fc.record<Given>({ effect: writes, effectClass: effectClasses, timeoutMs: timeouts, keyTtlMs: keyTtls });

function next(given: Given, exposedMs: number | undefined): string {
  const { effect, effectClass, timeoutMs, keyTtlMs } = given;
  const { keyTtlMs: _, ...call } = aCall({ effect, class: effectClass, timeoutMs });
  const made = prepareCall({ ...call, ...(keyTtlMs === undefined ? {} : { keyTtlMs }) }, toBooks('http://127.0.0.1:1'));
  const taken: Taken = { kind: 'taken-over', fenceToken: 2, state: 'claimed', exposedMs };
  return nextAfterClaim(made, taken);
}

test('what was never exposed, what nobody had before, and what changes nothing is sent, whatever its class [gate.takeover]', () => {
  fc.assert(
    fc.property(calls, exposures, fc.constantFrom<Effect>('read', 'model'), (given, exposedMs, free) => {
      const first = nextAfterClaim(prepared({ class: given.effectClass }), { kind: 'claimed', fenceToken: 1 });
      expect([first, next(given, undefined), next({ ...given, effect: free }, exposedMs)]).toEqual(
        Array(3).fill('send'),
      );
    }),
  );
});

test('class A is sent again exactly as long as the repeat arrives while its key is remembered [gate.key-ttl]', () => {
  fc.assert(
    fc.property(calls, exposures, (given, exposedMs) => {
      const { keyTtlMs, timeoutMs } = given;
      const inTime = keyTtlMs === undefined || exposedMs + timeoutMs < keyTtlMs;
      expect(next({ ...given, effectClass: 'A' }, exposedMs)).toBe(inTime ? 'send' : 'reconcile');
    }),
  );
});

test('class A is asked about from the very millisecond on in which its repeat could come too late [gate.key-ttl]', () => {
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 48 * HOUR_MS }), (given, keyTtlMs) => {
      const at = { ...given, effectClass: 'A', keyTtlMs: keyTtlMs + given.timeoutMs } as const;
      expect([next(at, keyTtlMs - 1), next(at, keyTtlMs), next(at, keyTtlMs + 1)]).toEqual([
        'send',
        'reconcile',
        'reconcile',
      ]);
    }),
  );
});

test('an exposed call of class B is repeated, of class C asked about, of class D unknown, however long ago it was [gate.takeover]', () => {
  fc.assert(
    fc.property(calls, exposures, (given, exposedMs) => {
      const found = (['B', 'C', 'D'] as const).map((effectClass) => next({ ...given, effectClass }, exposedMs));
      expect(found).toEqual(['send', 'reconcile', 'unknown']);
    }),
  );
});

test('waiting longer never turns a question or an unknown call into a send [gate.key-ttl]', () => {
  fc.assert(
    fc.property(calls, exposures, exposures, (given, one, other) => {
      const [sooner, later] = [next(given, Math.min(one, other)), next(given, Math.max(one, other))];
      expect(sooner === 'send' || later !== 'send').toBe(true);
    }),
  );
});
