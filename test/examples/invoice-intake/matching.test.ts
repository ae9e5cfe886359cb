import { expect, test } from '@jest/globals';
import { matchVendors } from '../../../examples/invoice-intake/matching.ts';

const VENDORS = [
  { id: 'a', name: 'Müller  Bau GmbH', vatId: 'DE 123.456-789' },
  { id: 'b', name: 'Müller Bau GmbH', vatId: 'DE999999999' },
  { id: 'c', name: 'Müller Bau GmbH', vatId: null },
  { id: 'd', name: 'Shared Services Ltd', vatId: 'DE123456789' },
];

function ids(name: string, vatId: string | null): string[] {
  return matchVendors(VENDORS, { name, vatId }).map(({ id }) => id);
}

test('names are the same whatever their Unicode form, white space and case', () => {
  expect(ids('  MÜLLER\u00A0bau\n gmbh ', 'DE999999999')).toEqual(['b']);
  expect(ids('Mu\u0308ller Bau GmbH', 'DE999999999')).toEqual(['b']);
  expect(ids('Müller Bau', 'DE999999999')).toEqual([]);
});

test('VAT numbers are compared without separators, and several vendors may share one', () => {
  expect(ids('Müller Bau GmbH', 'de123456789')).toEqual(['a']);
  expect(ids('Shared Services Ltd', 'DE 123 456 789')).toEqual(['d']);
});

test('a vendor without a VAT number fits a name when no other one is settled by its number', () => {
  expect(ids('Müller Bau GmbH', 'DE555')).toEqual(['c']);
  expect(ids('Müller Bau GmbH', null)).toEqual(['a', 'b', 'c']);
  expect(ids('Shared Services Ltd', 'FR1')).toEqual([]);
  expect(ids('Shared Services Ltd', ' - ')).toEqual(['d']);
});
