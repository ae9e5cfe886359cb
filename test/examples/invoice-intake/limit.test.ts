import { expect, test } from '@jest/globals';
import { printable } from '../../../examples/invoice-intake/printable.ts';
import { RELEASE_LIMIT, releaseReason, type Proposed } from '../../../examples/invoice-intake/limit.ts';

function reason(changed: Partial<Proposed>): string | undefined {
  return releaseReason(
    { kind: 'invoice', number: 'R-1', currency: 'EUR', amount: 1, payable: '0.01', ...changed },
    RELEASE_LIMIT,
  );
}

test.each([
  [1_000_000, false],
  [1_000_001, true],
  [-1_000_000, false],
  [-1_000_001, true],
  [0, false],
])('an amount due of %i cents needs a person: %s', (amount, needed) => {
  expect(reason({ amount }) !== undefined).toBe(needed);
});

test('an amount in another currency always needs a person, however small [example.limit]', () => {
  expect(reason({ currency: 'USD', amount: 0, payable: '0.00' })).toBe(
    'Invoice R-1 over 0.00 USD is not in EUR, the currency of the limit of 10000.00 EUR: a person must deliver the signal "release"; who that is remains unauthenticated until signed approvals exist.',
  );
});

test('the sentence names the amount and the limit, and that the release is unauthenticated [example.limit]', () => {
  expect(reason({ kind: 'credit-note', amount: 2_320_500, payable: '23205.00' })).toBe(
    'Credit note R-1 over 23205.00 EUR is above the limit of 10000.00 EUR: a person must deliver the signal "release"; who that is remains unauthenticated until signed approvals exist.',
  );
});

test('a number cannot turn the order of what the person who releases reads [example.limit]', () => {
  expect(reason({ number: 'R-\u202e1', amount: 2_320_500, payable: '23205.00' })).toMatch(
    /^Invoice R-\ufffd1 over 23205\.00 EUR is above the limit/,
  );
});

test('a file name steers no terminal and fills no table [start.documents]', () => {
  expect(printable('a\u001b[2J\u0007\n\u202eb\ud800 ä€😀.xml')).toBe('a\ufffd[2J\ufffd\ufffd\ufffdb\ufffd ä€😀.xml');
  expect(printable('x'.repeat(240), 60)).toBe(`${'x'.repeat(59)}…`);
});
