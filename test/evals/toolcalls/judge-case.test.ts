import { expect, test } from '@jest/globals';
import type { Json } from '../../../domain/canonical.ts';
import type { LedgerEntry } from '../../../evals/replay/effects-ledger.ts';
import { judgeCase, type RunOfCase } from '../../../evals/toolcalls/judge-case.ts';
import { onceByKey } from '../../../evals/toolcalls/once-by-key.ts';
import { casesOf, type ReplayCase } from '../../../evals/toolcalls/replay-case.ts';
import { SMALL } from './small-data.ts';

const AREA = { width: 3, height: 4.5 };
const RIGHT = {
  requests: [entry('math.area', AREA), entry('math.area', { height: 4.5, width: 3 })],
  seen: [
    ['{"result":"1"}', '{"result":"1"}', refusal('width: must be integer')],
    [refusal('height: is missing')],
    [refusal('width: must be integer')],
    [refusal('There is no tool')],
    [refusal('cannot be read')],
    [refusal('encoded twice')],
    [refusal('size: must be one of')],
  ],
};

test('a question whose valid calls alone reached their tools, and whose others were refused in words, is right', () => {
  expect(judged('rectangle', RIGHT)).toEqual({
    figures: { validCalls: 2, validDispatched: 2, invalidCalls: 7, invalidRefused: 7 },
    wrong: [],
  });
});

test.each([
  [
    'a valid call was not dispatched',
    { run: { requests: RIGHT.requests.slice(1) }, figures: { validDispatched: 1 }, why: 'not dispatched' },
  ],
  [
    'other arguments were dispatched',
    {
      run: { requests: [entry('math.area', { ...AREA, width: 4 }), ...RIGHT.requests.slice(1)] },
      figures: { validDispatched: 1, invalidRefused: 6 },
      why: 'dispatched beyond the valid calls: math.area {"height":4.5,"width":4}',
    },
  ],
  [
    'an invalid call was dispatched',
    {
      run: { requests: [...RIGHT.requests, entry('math.area', { width: 'three', height: 4.5 })] },
      figures: { invalidRefused: 6 },
      why: 'dispatched beyond the valid calls',
    },
  ],
  [
    'a call was dispatched twice',
    {
      run: { requests: [...RIGHT.requests, entry('math.area', AREA)] },
      figures: { invalidRefused: 6 },
      why: 'dispatched beyond the valid calls',
    },
  ],
  [
    'the model was told a result',
    {
      run: { seen: RIGHT.seen.with(3, ['{"result":"1"}']) },
      figures: { invalidRefused: 6 },
      why: 'unknown_tool: the model was told no error',
    },
  ],
  [
    'the error does not name the field',
    {
      run: { seen: RIGHT.seen.with(2, [refusal('it is wrong')]) },
      figures: { invalidRefused: 6 },
      why: 'wrong_type: the error does not name "width"',
    },
  ],
  [
    'the model was told nothing',
    { run: { seen: RIGHT.seen.slice(0, 6) }, figures: { invalidRefused: 6 }, why: 'enum: the model was told nothing' },
  ],
  ['the run did not complete', { run: { end: 'failed: no' }, figures: {}, why: 'its run ended failed: no' }],
])('a question of which %s is not', (_what, { run, figures, why }) => {
  const { figures: got, wrong } = judged('rectangle', { ...RIGHT, ...run });
  expect(got).toEqual({ validCalls: 2, validDispatched: 2, invalidCalls: 7, invalidRefused: 7, ...figures });
  expect(wrong.join('; ')).toContain(why);
});

test('any request where no tool helps is wrong', () => {
  expect(judged('poem', {}).figures).toEqual({ irrelevant: 1, irrelevantDispatched: 0 });
  const { figures, wrong } = judged('poem', { requests: [entry('Größe suchen', { size: 'S' })] });
  expect([figures, wrong]).toEqual([{ irrelevant: 1, irrelevantDispatched: 1 }, ['1 requests where no tool helps']]);
});

test('a conversation is reached by its hash, by every step once and in order, and by nothing else', () => {
  const requests = [entry('touch', { name: 'a' }), entry('ls', {}), entry('touch', { name: 'a' })];
  const sha256 = SMALL.multiTurn.tasks[0]?.final_sha256 ?? '';
  const reached = (run: Pick<Given, 'sha256' | 'requests'>): unknown =>
    judged('files', { requests, sha256, ...run }).figures;
  expect(reached({})).toEqual({ multiTurn: 1, multiTurnReached: 1 });
  expect(reached({ sha256: 'other' })).toEqual({ multiTurn: 1, multiTurnReached: 0 });
  expect(reached({ requests: requests.slice(0, 2) })).toEqual({ multiTurn: 1, multiTurnReached: 0 });
  const again = { ...entry('ls', {}), what: 'repeat' };
  expect(reached({ requests: requests.with(1, again) })).toEqual({ multiTurn: 1, multiTurnReached: 0 });
});

test('a request that comes again under its key is one call, and with other arguments or another key it is not', () => {
  const first = entry('ls', { a: 1, b: 2 });
  const others = [
    { ...first, key: 'k2' },
    { ...first, arguments: { a: 1 } },
    { ...first, key: '' },
  ];
  const again = { ...first, arguments: { b: 2, a: 1 }, what: 'repeat' };
  expect(onceByKey([first, again, ...others, entry('ls', { a: 1 }), { ...first, key: '' }])).toEqual([
    first,
    ...others,
    { ...first, key: '' },
  ]);
});

interface Given extends Omit<Partial<RunOfCase>, 'seen'> {
  /** What the model was told after each of its answers. */
  readonly seen?: readonly (readonly string[])[];
}

function judged(id: string, given: Given): ReturnType<typeof judgeCase> {
  const { seen = [], ...run } = given;
  const results = seen.map((told, index) => ({ id, turn: 0, answered: index + 1, results: told }));
  return judgeCase({ case: caseOf(id), end: 'completed', requests: [], sha256: undefined, ...run, seen: results });
}

function caseOf(id: string): ReplayCase {
  const found = casesOf(SMALL, { seed: 1, limit: 9 }).find((one) => one.id === id);
  if (found === undefined) throw new Error(`The data has no case ${id}.`);
  return found;
}

function entry(tool: string, args: Json): LedgerEntry {
  return { seq: 0, time: '', run: 'r', tool, arguments: args, key: 'k', what: 'read' };
}

function refusal(why: string): string {
  return JSON.stringify({ error: `${why}. Nothing was done.` });
}
