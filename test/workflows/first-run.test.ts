import { expect, test } from '@jest/globals';
import { FirstRun } from '../../workflows/first-run.ts';
import type { RecordedAnswer } from '../../domain/fork.ts';

function answer(question: string, id: string): RecordedAnswer {
  return { question, id, actor: 'ada', evidence: 'seen', answer: { kind: 'rejected' } };
}

test('answers come in the order in which they were given, each to its own question and once [fork.prefix]', () => {
  const run = new FirstRun({ answers: [answer('a', '1'), answer('b', '2'), answer('a', '3')] });
  expect([run.answerTo('a')?.id, run.answerTo('a')?.id, run.answerTo('a'), run.answerTo('b')?.id]).toEqual([
    '1',
    '3',
    undefined,
    '2',
  ]);
});

test('a sleep that was over is not slept again: by its moment, or by its order where moments are counted from now [fork.prefix]', () => {
  const run = new FirstRun({ sleeps: { poll: [10, 20], other: [5] } });
  expect(run.hasSlept('poll', { deadline: 10, now: 100 })).toBe(true);
  expect(run.hasSlept('poll', { deadline: 10, now: 100 })).toBe(false);
  expect(run.hasSlept('poll', { deadline: 130, now: 100 })).toBe(true);
  expect(run.hasSlept('poll', { deadline: 140, now: 100 })).toBe(false);
  // What is past is no sleep, and uses none up.
  expect(run.hasSlept('other', { deadline: 90, now: 100 })).toBe(false);
  expect(run.hasSlept('other', { deadline: 110, now: 100 })).toBe(true);
  expect(run.hasSlept('unknown', { deadline: 110, now: 100 })).toBe(false);
});
