import { expect, test } from '@jest/globals';
import { checkFacts, MAX_FACTS_BYTES, type Facts } from '../../domain/facts.ts';

const refused = expect.objectContaining({ code: 'invalid-job' });

test('checkFacts gives back flat texts, numbers and truth values', () => {
  const facts = { vendor: 'acme', amount: 12.5, structured: true };
  expect(checkFacts('post_booking', facts)).toBe(facts);
});

test('checkFacts allows 512 bytes of canonical JSON and not one more [domain.facts-bounded]', () => {
  expect(MAX_FACTS_BYTES).toBe(512);
  const taken = '{"a":""}'.length;
  expect(checkFacts('post_booking', { a: 'x'.repeat(512 - taken) })).toBeDefined();
  expect(() => checkFacts('post_booking', { a: 'x'.repeat(513 - taken) })).toThrow(
    expect.objectContaining({
      code: 'invalid-job',
      message: 'The facts of post_booking take 513 bytes; 512 are allowed.',
    }),
  );
});

test('checkFacts counts bytes, not characters', () => {
  expect(() => checkFacts('post_booking', { a: '€'.repeat(200) })).toThrow(refused);
});

test.each([
  ['nested', { a: { b: 1 } }],
  ['a list', { a: [1] }],
  ['null', { a: null }],
  ['undefined', { a: undefined }],
  ['no number', { a: Number.NaN }],
  ['infinite', { a: Number.POSITIVE_INFINITY }],
  ['half a character', { a: '\ud83d' }],
])('checkFacts refuses a fact that is %s, by its name and owner [domain.facts-bounded]', (_, facts) => {
  // What a tool without types may give, which the type forbids.
  expect(() => checkFacts('post_booking', facts as unknown as Facts)).toThrow(
    expect.objectContaining({
      code: 'invalid-job',
      message: expect.stringMatching(/^The fact "a" of post_booking is /),
    }),
  );
});
