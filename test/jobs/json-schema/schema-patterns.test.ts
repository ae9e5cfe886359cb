import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { schemaPatterns } from '../../../jobs/json-schema/schema-patterns.ts';
import { SchemaWork } from '../../../jobs/json-schema/schema-work.ts';

const ONES =
  String.raw`a b . \d \w [ab] [^a] \u0061 😀 \u{1F600} \ud83d\ude00 \p{L} \n [\]a-c] [\b] \. \cJ \x62 _`.split(' ');
const EDGES = ['^', '$', '\\b', '\\B'];
const COUNTS = ['*', '+', '?', '{2}', '{1,}', '{0,2}', '{1,3}?', '*?', '{0}', ''];
const CHARACTERS = ['a', 'b', 'c', '1', '_', '-', ' ', '\n', '😀', 'é', '.', '\ud83d'];

const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...ONES, ...EDGES),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}${other}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}|${other}`),
    fc
      .tuple(fc.constantFrom('(', '(?:'), tie('pattern'), fc.constantFrom(...COUNTS))
      .map(([open, of, count]) => `${open}${of})${count}`),
    fc.tuple(fc.constantFrom('(?=', '(?!'), tie('pattern')).map(([open, of]) => `${open}${of})`),
    fc.tuple(fc.constantFrom(...ONES), fc.constantFrom(...COUNTS)).map(([one, count]) => `^${one}${count}`),
  ),
}));

const text = fc.array(fc.constantFrom(...CHARACTERS), { maxLength: 8 }).map((characters) => characters.join(''));

// Tried at each character apart: looking for a match by itself, V8 finds empty ones in the middle of a character, which the language
// does not have, such as that of /(?!a|[^a])(?!$)/u in an emoji.
function matches(source: string, whole: string): boolean {
  const sticky = new RegExp(source, 'uy');
  let at = 0;
  for (const character of [...Array.from(whole), '']) {
    sticky.lastIndex = at;
    if (sticky.test(whole)) return true;
    at += character.length;
  }
  return false;
}

test('a pattern matches what it matches in the language itself [jobs.json-schema]', () => {
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 10 }), (source, texts) => {
      const ours = schemaPatterns(new SchemaWork())(source, 'u');
      expect(texts.map((one) => ours.test(one))).toEqual(texts.map((one) => matches(source, one)));
    }),
    { numRuns: 2_000 },
  );
});

test('what is no pattern is refused as the language refuses it [jobs.json-schema]', () => {
  const patterns = schemaPatterns(new SchemaWork());
  for (const source of ['(', '[a', 'a**', '\\y', 'a{2,1}', '(?<1>a)', '(?\\:a)', '\\-{2\\,3}', 'a\\-('])
    expect(() => patterns(source, 'u')).toThrow(SyntaxError);
});

test.each([
  [String.raw`^\d{3}\-\d{4}$`, ['555-1234'], ['5551234', String.raw`555\-1234`]],
  [String.raw`^\w+\@[\w\_\-]+\.\ \_$`, ['a@b-c. _'], ['a@b c. _', 'a@b-cx _']],
  [String.raw`^(?=\#)\\?[\#\%]{1,2}$`, ['#', '##', '#%'], ['%', '']],
])('%s matches what it matches without escapes that it does not need [jobs.json-schema]', (source, fitting, others) => {
  const tried = schemaPatterns(new SchemaWork())(source, 'u');
  expect([...fitting, ...others].filter((one) => tried.test(one))).toEqual(fitting);
});
