import { expect, test } from '@jest/globals';
import type { Json } from '../../domain/canonical.ts';
import type { StepPath } from '../../domain/ids.ts';
import { shortCall } from '../../domain/planned-call.ts';
import type { RecordedCall, RunRecord } from '../../gate/client-store.ts';
import { planFork } from '../../client/plan-fork.ts';

type Decision = RunRecord['decisions'][number];

/** A call that was claimed at a second of the run and had settled. */
function call(stepPath: string, second: number, more: Partial<RecordedCall> = {}): RecordedCall {
  return {
    stepPath: stepPath as StepPath,
    name: 'any',
    effect: 'write',
    state: 'committed',
    result: null,
    claimedAt: new Date(second * 1_000),
    began: true,
    settled: true,
    ...more,
  };
}

function turn(stepPath: string, second: number, result: Json): RecordedCall {
  return call(stepPath, second, { effect: 'model', result });
}

function signal(name: string, second: number): Decision {
  return {
    decisionId: name,
    kind: 'signal',
    name,
    payload: null,
    actor: 'ada',
    createdAt: new Date(second * 1_000),
  };
}

function plan(record: Partial<RunRecord>, edits: Parameters<typeof planFork>[1] = { calls: [], input: false }) {
  return planFork({ calls: [], decisions: [], sleeps: [], ...record }, edits);
}

const NOT_ENDED = { settled: false, state: 'claimed' } as const;

test('what had not ended when the step began is made again and says so, and what came later is only left out [fork.prefix]', () => {
  const { calls, again } = plan({
    calls: [call('a', 1), call('b', 2, NOT_ENDED), call('c', 3, { began: false, settled: false })],
  });
  expect(calls).toEqual([{ from: 'a', to: 'a' }]);
  expect(again).toEqual(['b']);
});

test('an effect that was sent again and read back twice has in the fork the last of what was read [fork.prefix]', () => {
  const { calls } = plan({
    calls: [
      call('pay', 1),
      call('pay/read-back', 2),
      call('pay/read-back#2', 3),
      call('other', 3),
      call('other/read-back', 4),
    ],
  });
  expect(calls).toEqual([
    { from: 'pay', to: 'pay' },
    { from: 'other', to: 'other' },
    { from: 'pay/read-back#2', to: 'pay/read-back' },
    { from: 'other/read-back', to: 'other/read-back' },
  ]);
});

test('a tool that is named read-back is a tool: each of its calls keeps its own answer, in a turn, a verifier and a check [fork.prefix]', () => {
  const places = ['ask/turn-1', 'ask/verify/on-file', 'balance'];
  const paths = places.flatMap((place) => [`${place}/read-back`, `${place}/read-back#2`]);
  const { calls } = plan({
    calls: [
      turn('ask/turn-1', 1, { kind: 'tools', cursor: 4, message: 2, calls: [] }),
      ...paths.map((path) => call(path, 2, { effect: 'read' })),
    ],
  });
  expect(calls).toEqual(['ask/turn-1', ...paths].map((path) => ({ from: path, to: path })));
});

test('what verifiers said of any output is left to the fork, which has each judged again and may put it in other words [fork.new-code]', () => {
  const asked = { tool: 'look', digest: 'x'.repeat(22) };
  const turns = [
    turn('ask/turn-1', 1, { kind: 'submitted', cursor: 6, at: 5 }),
    turn('ask/turn-2', 2, { kind: 'submitted', cursor: 8, at: 7 }),
    turn('ask/turn-3', 3, { kind: 'tools', cursor: 10, message: 8, calls: [asked] }),
    call('ask/turn-3/look', 4),
    turn('ask/turn-4', 5, { kind: 'submitted', cursor: 12, at: 11 }),
  ];
  expect(plan({ calls: turns }).transcripts).toEqual([{ agentPath: 'ask', until: 12, left: [5, 7, 11] }]);
  expect(plan({ calls: turns.slice(0, 3) }).transcripts).toEqual([{ agentPath: 'ask', until: 10, left: [5, 7, 9] }]);
});

test('an agent keeps the messages that its copied calls have seen or made, and no result of a call that is made again [fork.prefix]', () => {
  const digest = 'x'.repeat(22);
  // As a model's Activity stores them: what follows from the rest is left out.
  const calls = [
    { tool: 'look', digest, index: 0, at: 5 },
    { tool: 'look', digest, index: 1, at: 6 },
    { tool: 'math.add', alias: 'math_add', digest, index: 2, at: 7 },
    { tool: 'note', digest, index: 3, at: 8, changes: true, also: [5] },
  ].map((planned) => ({ ...shortCall(planned, 4) }));
  expect(calls[0]).toEqual({ tool: 'look', digest });
  const { transcripts } = plan({
    calls: [
      turn('ask/turn-1', 1, { kind: 'again', cursor: 4 }),
      turn('ask/turn-2', 2, {
        kind: 'tools',
        cursor: 11,
        message: 4,
        calls,
      }),
      call('ask/turn-2/look', 3),
      call('ask/turn-2/math_add', 3),
      call('ask/turn-2/look#2', 3, NOT_ENDED),
      turn('done#2/turn-1', 4, { kind: 'submitted', cursor: 4, at: 3 }),
    ],
  });
  expect(transcripts).toEqual([
    { agentPath: 'ask', until: 11, left: [6, 8, 10] },
    { agentPath: 'done#2', until: 4, left: [3] },
  ]);
});

test('an effect that was taken back since lets nobody fork after it [fork.refused]', () => {
  expect(() => plan({ calls: [call('pay', 1, { state: 'compensated' })] })).toThrow(
    'What the step pay did has been taken back since; fork from that step or from an earlier one.',
  );
  expect(plan({ calls: [call('pay', 1, { state: 'compensated', began: false, settled: false })] }).calls).toEqual([]);
});

test('what people decided after something that an edit replaces is not taken over, and with another input nothing is [fork.edit]', () => {
  const record = { calls: [call('read', 2), call('pay', 4)], decisions: [signal('early', 1), signal('late', 3)] };
  const edited = { stepPath: 'read' as StepPath, result: { kind: 'result' } };
  expect(plan(record).decisions).toEqual(['early', 'late']);
  expect(plan(record, { calls: [edited], input: false }).decisions).toEqual(['early']);
  expect(plan(record, { calls: [], input: true }).decisions).toEqual([]);
  expect(plan(record, { calls: [edited], input: false }).calls).toEqual([
    { from: 'read', to: 'read', result: edited.result },
    { from: 'pay', to: 'pay' },
  ]);
});

test('of an edited output the readings of its own verification are made anew, those of earlier ones are not [fork.edit]', () => {
  const { calls } = plan(
    {
      calls: [
        call('ask/verify/on-file/look', 1),
        call('ask/verify#2/on-file/look', 2),
        turn('ask/turn-2', 2, { kind: 'submitted', cursor: 6, at: 5 }),
      ],
    },
    {
      calls: [{ stepPath: 'ask/turn-2' as StepPath, result: { kind: 'submitted' }, verifiedAt: 'ask/verify#2' }],
      input: false,
    },
  );
  expect(calls.map(({ to }) => to)).toEqual(['ask/verify/on-file/look', 'ask/turn-2']);
});

test('of answers a fork is handed the corrections alone, since the ledger knows what took place; sleeps by their names [fork.prefix]', () => {
  const answer = (decisionId: string, given: Json): Decision => ({
    ...signal('ask', 1),
    decisionId,
    kind: 'answer',
    payload: { evidence: 'seen', answer: given },
  });
  const { handed, decisions } = plan({
    decisions: [answer('one', { kind: 'happened' }), answer('two', { kind: 'corrected', output: 'o' })],
    sleeps: [
      { name: 'a', deadline: 1 },
      { name: 'b', deadline: 2 },
      { name: 'a', deadline: 3 },
    ],
  });
  expect(handed).toEqual({
    answers: [
      { question: 'ask', id: 'two', actor: 'ada', evidence: 'seen', answer: { kind: 'corrected', output: 'o' } },
    ],
    sleeps: { a: [1, 3], b: [2] },
  });
  expect(decisions).toEqual(['one', 'two']);
  expect(plan({}).handed).toEqual({});
});
