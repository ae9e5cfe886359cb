import { expect, test } from '@jest/globals';
import type { ShownQuestion } from '../../client/index.ts';
import { askQuestion, textOf } from '../../main/ask-question.ts';

const CORRECTION: ShownQuestion = {
  name: 'extract',
  question: 'correction',
  sentence: 'A person must correct what "extract" made.',
  since: new Date(0),
  deadline: undefined,
  answers: ['corrected', 'rejected'],
  findings: [{ of: 'output', rule: 'BR-CO-15', field: 'totals.gross', sentence: 'It does not add up.' }],
  source: { text: 'x'.repeat(5_000) },
  artefact: { gross: '1.00' },
  call: undefined,
};

test('a person at the terminal is shown the question with findings, artefact and a bounded source [question.shown]', () => {
  const text = textOf(CORRECTION);
  expect(text).toContain('A person must correct what "extract" made.');
  expect(text).toContain('BR-CO-15 (totals.gross): It does not add up.');
  expect(text).toContain('"gross": "1.00"');
  expect(text).toMatch(/\[\d+ more characters\]$/u);
  expect(text.length).toBeLessThan(2_500);
});

test('a person at the terminal is shown the call whose effect is not known [question.shown]', () => {
  const call = {
    name: 'post_booking',
    system: 'books',
    arguments: { number: 'R-1' },
    sentence: '',
    sentAt: undefined,
  };
  const text = textOf({
    ...CORRECTION,
    question: 'unknown-effect',
    findings: [],
    source: undefined,
    artefact: undefined,
    call,
  });
  expect(text).toContain('Asked of books: post_booking');
  expect(text).toContain('"number": "R-1"');
});

test('without a terminal nobody is asked, and the question stays open', async () => {
  await expect(askQuestion(CORRECTION)).resolves.toBeUndefined();
});
