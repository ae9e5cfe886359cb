import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leastTokens, wasCutShort } from '../../domain/token-estimate.ts';

test.each([
  ['one two  three', 3],
  ['{"name":"Ada","age":36}', 8],
  ['foo.bar.baz', 3],
  ['https://models.example/v1', 6],
  ['----------', 1],
  ['日本語の文章', 1],
  [' \n\t ', 0],
])('%j has at least %d tokens', (text, expected) => {
  expect(leastTokens([text])).toBe(expected);
});

test('the least number of tokens is never more than a tokenizer needs that merges all within words and marks', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      // The coarsest split that tokenizers use: GPT-2's, with the mark before a word taken in as later ones do.
      const pieces = text.match(/[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}+| ?[^\s\p{L}\p{N}]+|\s+/gu) ?? [];
      expect(leastTokens([text])).toBeLessThanOrEqual(pieces.length);
    }),
    { examples: [['\0\0\u{a9b3}\0\0'], ['\0\0\u{a9b3}a'], ['\0\u{a9b3}a']] },
  );
});

test.each<[number | undefined, number, boolean]>([
  [undefined, 5_000, false],
  [0, 5_000, false],
  [10, 200, false],
  [139, 201, true],
  [3_499, 5_000, true],
  [3_500, 5_000, false],
  [6_000, 5_000, false],
])('%p reported of at least %d: cut short is %p [endpoint.context]', (reported, atLeast, expected) => {
  expect(wasCutShort(reported, atLeast)).toBe(expected);
});
