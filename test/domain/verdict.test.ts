import { expect, test } from '@jest/globals';
import { verdictOf, type Finding } from '../../domain/verdict.ts';

const finding: Finding = { of: 'source', rule: 'BR-CO-15', sentence: 'The total is wrong by 0.01 EUR.' };

test('verdictOf passes when nothing was found', () => {
  expect(verdictOf([])).toEqual({ kind: 'pass' });
});

test('verdictOf fails with every finding in the order given', () => {
  const second: Finding = {
    of: 'output',
    rule: 'account-on-file',
    sentence: 'The account is not on file.',
    field: 'account',
  };
  expect(verdictOf([finding, second])).toEqual({ kind: 'fail', findings: [finding, second] });
});
