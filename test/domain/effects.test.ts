import { expect, test } from '@jest/globals';
import { assertNever } from '../../domain/assert-never.ts';
import { DATA_CLASSES, EFFECTS } from '../../domain/effects.ts';

test('the effects and the data classes keep their names and their order', () => {
  expect(EFFECTS).toEqual(['read', 'write', 'egress', 'exec', 'model']);
  expect(DATA_CLASSES).toEqual(['public', 'internal', 'confidential', 'restricted']);
});

test('assertNever fails with a value that no case covers', () => {
  expect(() => assertNever({ kind: 'new' } as never)).toThrow(new TypeError('No case for {"kind":"new"}.'));
});
