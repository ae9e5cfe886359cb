import { expect, test } from '@jest/globals';
import { ambiguousInteger, changedInteger } from '../../activities/models/changed-integer.ts';

test.each([
  ['12345678901234567890', '12345678901234567000'],
  ['-9007199254740993', '-9007199254740992'],
  ['1234567890123456789012', '1.2345678901234568e+21'],
  [`1${'2'.repeat(99)}`, '1.2222222222222223e+99'],
  ['9'.repeat(400), 'Infinity'],
])(
  'the integer %s would become another one, wherever it stands [model.tool-errors-name-the-field]',
  (written, read) => {
    const shown = written.length > 40 ? `${written.slice(0, 40)}…` : written;
    for (const text of [written, `{"a":[1,{"b":${written}}],"c":12345678901234567891}`])
      expect(changedInteger(text)).toEqual({ written: shown, read });
  },
);

test.each([
  '9007199254740991',
  '-9007199254740992',
  '9007199254740994',
  '100000000000000000000000',
  '1e3',
  '1.0',
  '12345678901234567890.5',
  '0.1234567890123456789',
  '-0',
  '"12345678901234567890"',
])('%s is taken as it is written [model.tool-errors-name-the-field]', (text) => {
  expect(changedInteger(text)).toBeUndefined();
  expect(changedInteger(`{"1234567890123456789012":[${text}]}`)).toBeUndefined();
});

test.each([
  ['9007199254740992', '9007199254740992'],
  ['-12345678901234567000', '-12345678901234567000'],
  ['1.2345678901234568e+22', '1.2345678901234568e+22'],
])('%s, once read, may have been another integer [model.tool-errors-name-the-field]', (text, read) => {
  expect(ambiguousInteger(`{"a":[1,{"b":${text}}],"c":9007199254740994}`)).toBe(read);
});

test.each(['9007199254740991', '-9007199254740991', '0.1', '1234567890.1234567', '"12345678901234567890"'])(
  '%s, once read, was no other integer [model.tool-errors-name-the-field]',
  (text) => {
    expect(ambiguousInteger(`{"1234567890123456789012":[${text}]}`)).toBeUndefined();
  },
);
