import { expect, test } from '@jest/globals';
import { type Catch, catchOf, type RunOfError } from '../../../evals/invoices/catch-of.ts';
import type { Message } from '../../../evals/invoices/transcripts.ts';

const BOOKED: RunOfError = { neededPerson: false, booked: true, asExpected: true };
const STOPPED: RunOfError = { neededPerson: true, booked: false, asExpected: false };

const FOUND = '{"vendors":[{"id":"V-1"}]}';
const NOTHING = '{"vendors":[]}';

/** One answer: its calls with their replies; a call without a reply is the accepted final output. */
type Said = readonly (readonly [name: string, given: string, reply?: string])[];

function transcript(...turns: readonly Said[]): readonly Message[] {
  return turns.flatMap((calls, turn): Message[] => {
    const ids = calls.map((_, index) => `${turn}-${index}`);
    const raw = {
      refusal: null,
      tool_calls: calls.map(([name, given]) => ({ function: { name, arguments: given } })),
    };
    const replies = calls.flatMap(([, , content], index): Message[] =>
      content === undefined ? [] : [{ role: 'tool', id: `${turn}-${index}`, content }],
    );
    return [{ role: 'assistant', raw, ids }, ...replies];
  });
}

const LOOK_UP: Said = [['find_vendor', '{"name":"A"}', FOUND]];
const WRONG_LOOK_UP: Said = [['find_vendor', '{"name":"B"}', NOTHING]];
const SUBMIT: Said = [['submit', '{"net":"1.00"}']];

interface Row {
  readonly what: string;
  readonly by: Catch | undefined;
  readonly run?: RunOfError;
  readonly turn: number;
  readonly turns: readonly Said[];
}

const CUT: Said = [['find_vendor', '{"na', '{"error":"no JSON"}']];
const OBJECTED: Said = [['submit', '{"net":"7.00"}', '{"accepted":false}']];

test.each<Row>([
  { what: 'a tool error', by: 'tool-error', turn: 1, turns: [CUT, LOOK_UP, SUBMIT] },
  { what: 'a finding', by: 'finding', turn: 2, turns: [LOOK_UP, OBJECTED, SUBMIT] },
  { what: 'a refusal in a run that stopped', by: 'person', run: STOPPED, turn: 1, turns: [[]] },
  { what: 'a read made again as it was meant', by: 'asked-again', turn: 1, turns: [WRONG_LOOK_UP, LOOK_UP, SUBMIT] },
  { what: 'a read made twice', by: 'asked-again', turn: 1, turns: [[...LOOK_UP, ...LOOK_UP], SUBMIT] },
  { what: 'a read repeated later', by: 'asked-again', turn: 2, turns: [LOOK_UP, LOOK_UP, SUBMIT] },
  { what: 'a read that found the same anyhow', by: 'no-effect', turn: 1, turns: [LOOK_UP, SUBMIT] },
  {
    what: 'a read before a wrong booking',
    by: undefined,
    run: { ...BOOKED, asExpected: false },
    turn: 1,
    turns: [LOOK_UP, SUBMIT],
  },
  { what: 'an output that nobody objected to', by: undefined, turn: 2, turns: [LOOK_UP, SUBMIT] },
  { what: 'an output in a run that then stopped', by: 'person', run: STOPPED, turn: 2, turns: [LOOK_UP, SUBMIT] },
  {
    what: 'an output that was booked although a person was needed',
    by: undefined,
    run: { ...STOPPED, booked: true },
    turn: 2,
    turns: [LOOK_UP, SUBMIT],
  },
  { what: 'an answer that no transcript holds', by: undefined, turn: 9, turns: [LOOK_UP, SUBMIT] },
])('$what is caught by: $by [eval.errors-caught]', ({ by, run = BOOKED, turn, turns }) => {
  expect(catchOf({ transcript: transcript(...turns), turn }, run)).toBe(by);
});
