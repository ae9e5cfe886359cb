import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aliasesOf } from '../../jobs/tool-aliases.ts';

const LEGAL = /^[a-zA-Z0-9_-]{1,64}$/;

test('a name that models may use stays as it is, and any other is made one of theirs [jobs.tool-aliases]', () => {
  const long = 'x'.repeat(100);
  const names = ['look', 'Find-It_2', 'math.factorial', 'Spotify.play', 'two words', 'größe', '大小', long];
  expect(Object.fromEntries(aliasesOf(names))).toEqual({
    look: 'look',
    'Find-It_2': 'Find-It_2',
    'math.factorial': 'math_factorial',
    'Spotify.play': 'Spotify_play',
    'two words': 'two_words',
    größe: 'gr__e',
    大小: 'tool',
    [long]: 'x'.repeat(64),
  });
});

test('a name that would become that of another tool or of the engine has a digest of its own behind it [jobs.tool-aliases]', () => {
  const aliases = aliasesOf(['a.b', 'a b', 'a_c', 'a.c', 'read.on', 'sub.mit', 'submit!']);
  expect(Object.fromEntries(aliases)).toEqual({
    a_c: 'a_c',
    'a.b': 'a_b_LnM23I66',
    'a b': 'a_b_yGh6CKpd',
    'a.c': 'a_c_rUVz8FL_',
    'read.on': 'read_on_fdbO4i-c',
    'sub.mit': 'sub_mit',
    'submit!': 'submit_',
  });
});

test('whatever the names are, aliases are legal, unlike each other, and the same in any order [jobs.tool-aliases]', () => {
  const near = fc.stringMatching(/^[ab._ ]{1,4}$/);
  const name = fc.oneof(near, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 128 }));
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 40 }), (names) => {
      const aliases = aliasesOf(names);
      expect([...aliases.keys()].toSorted()).toEqual(names.toSorted());
      expect(new Set(aliases.values()).size).toBe(names.length);
      for (const [own, alias] of aliases) {
        expect(alias).toMatch(LEGAL);
        expect(['submit', 'read_on'].includes(alias) && !LEGAL.test(own)).toBe(false);
        expect(LEGAL.test(own) ? alias : own).toBe(own);
      }
      const reversed = aliasesOf(names.toReversed());
      expect(names.map((own) => reversed.get(own))).toEqual(names.map((own) => aliases.get(own)));
    }),
  );
});
