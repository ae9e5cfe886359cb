import { expect, test } from '@jest/globals';
import { boundedRecord, type RoutingRecord } from '../../domain/routing-record.ts';

const long = (count: number): RoutingRecord => {
  const names = Array.from({ length: count }, (_, index) => `${index}${'e'.repeat(62)}`);
  return {
    candidates: names,
    skipped: [],
    attempts: names.map((endpoint) => ({ endpoint, failure: 'ü'.repeat(500) })),
    chosen: names[0] ?? '',
    doubt: 'd'.repeat(500),
  };
};

test('a record stays below 2 KB and keeps what was chosen', () => {
  for (const count of [1, 8, 40]) {
    const record = boundedRecord(long(count));
    expect(new TextEncoder().encode(JSON.stringify(record)).length).toBeLessThanOrEqual(2_048);
    expect(record.chosen).toBe(long(count).chosen);
  }
  expect(boundedRecord(long(8)).attempts).toHaveLength(8);
});

test('a failure that is cut within a character is kept in whole ones', () => {
  const one = { ...long(1), attempts: [{ endpoint: 'e', failure: `${'a'.repeat(158)}😀${'b'.repeat(9)}` }] };
  expect(boundedRecord(one).attempts).toEqual([{ endpoint: 'e', failure: `${'a'.repeat(158)}\ufffd…` }]);
});
