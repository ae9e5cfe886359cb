import { expect, test } from '@jest/globals';
import { oneLine } from '../../gate/text.ts';

test.each([
  { what: 'is cut within a character', text: `${'a'.repeat(8)}😀b`, line: `${'a'.repeat(8)}\ufffd…` },
  { what: 'holds half a character', text: 'a\ud83d b', line: 'a\ufffd b' },
  { what: 'fits', text: 'a 😀\n b', line: 'a 😀 b' },
  { what: 'is longer than what is looked at', text: '😀'.repeat(30), line: '😀😀😀😀\ufffd…' },
])('a foreign text that $what is kept in whole characters [gate.answers]', ({ text, line }) => {
  expect(oneLine(text, 10)).toBe(line);
});
