import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { readToolcalls } from '../../../evals/toolcalls/data.ts';
import { leftOutJudged, oddJudged, reportOf } from '../../../evals/toolcalls/judged-by-id.ts';
import { casesOf } from '../../../evals/toolcalls/replay-case.ts';
import { sortOut } from '../../../evals/toolcalls/sort-out.ts';
import { ODD_BFCL, ODD_MULTI_TURN } from './odd-data.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-toolcalls-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}

test('a call that its validator did not confirm as invalid is no invalid call [eval.toolcalls]', async () => {
  const variant = (kind: string, confirmed?: boolean): object => ({
    kind,
    name: 'area',
    arguments: {},
    ...(confirmed === undefined ? {} : { confirmed_invalid: confirmed }),
  });
  const invalid = [variant('enum', true), variant('wrong_type', false), variant('missing_required')];
  write('bfcl.json', { tools: {}, cases: [{ id: 'a', user: '', tools: [], calls: [], invalid }] });
  const { bfcl } = await readToolcalls(folder);
  expect(bfcl.cases[0]?.invalid.map(({ kind }) => kind)).toEqual(['enum', 'missing_required']);
});

test('a case that the engine cannot be given is left out with one sentence, and the others are played [eval.toolcalls]', async () => {
  write('bfcl.json', ODD_BFCL);
  write('bfcl-multiturn.json', ODD_MULTI_TURN);
  const data = await readToolcalls(folder);
  const { playable, leftOut } = sortOut(casesOf(data, { seed: 1, limit: 100 }));
  expect(Object.fromEntries(playable.map(({ id, tools }) => [id, tools.length]))).toEqual({
    cut: 1,
    'one tool twice': 1,
    plain: 1,
    'with nullable': 2,
    'with dependencies': 2,
    'with async': 2,
    'with submit': 2,
    'with readOn': 2,
    'with long': 2,
    'with decomposed': 2,
    'with spaced': 2,
    'with plan': 2,
    'asks submit': 2,
    'asks spaced': 2,
  });
  expect(playable.find(({ id }) => id === 'cut')?.users).toEqual(['How large is \ufffd']);
  expect(Object.fromEntries(leftOut.map(({ case: { id }, why }) => [id, why]))).toEqual({
    'with sameName': 'It has two different tools named "math.area".',
    'with pattern': expect.stringMatching(/^The tool "area_by_name" cannot be offered: .*cannot be compiled/),
    'with dict': expect.stringMatching(/cannot be compiled/),
    'with noParameters': expect.stringMatching(/^It uses "noParameters", which the data does not declare/),
    undeclared: expect.stringMatching(/^It uses "gone", which the data does not declare/),
    plain: 'Another case has the same id.',
    'two\nlines': 'Its id is not 1 to 200 bytes of printable characters.',
    namesakes: 'It has two different tools named "touch".',
    nowhere: expect.stringMatching(/^Its trace cannot be replayed: /),
  });
  expect(data.odd.map(({ id }) => id)).toEqual(['formless', 'bfcl case 22', 'other operation']);
});

test('a case that is left out counts with all of its calls, none dispatched and none refused [eval.toolcalls]', async () => {
  write('bfcl.json', ODD_BFCL);
  write('bfcl-multiturn.json', ODD_MULTI_TURN);
  const data = await readToolcalls(folder);
  const { leftOut } = sortOut(casesOf(data, { seed: 1, limit: 100 }));
  const report = reportOf([...leftOut.map(leftOutJudged), ...data.odd.map(oddJudged)], {
    repeatedRequests: 0,
    wallMs: 0,
  });
  expect(report).toMatchObject({
    validCalls: 7,
    validDispatched: 0,
    invalidCalls: 7,
    invalidRefused: 0,
    irrelevantDispatched: 0,
    multiTurn: 2,
    multiTurnReached: 0,
  });
  expect(report.unexpected).toHaveLength(leftOut.length + data.odd.length);
});

test('a file that cannot be read leaves the other one, and is refused where it stands alone [eval.toolcalls]', async () => {
  writeFileSync(join(folder, 'bfcl.json'), '{');
  await expect(readToolcalls(folder)).rejects.toMatchObject({
    code: 'invalid-input',
    message: expect.stringMatching(/bfcl\.json does not have the form of its SOURCE\.json: It cannot be read: /),
  });
  write('bfcl-multiturn.json', ODD_MULTI_TURN);
  const { multiTurn, odd } = await readToolcalls(folder);
  expect([multiTurn.tasks.length, odd.map(({ id }) => id)]).toEqual([2, ['bfcl.json', 'other operation']]);
});

test('what a recording leaves out it may have as null, and more besides; an id may be a number [eval.toolcalls]', async () => {
  const variant = {
    kind: 'enum',
    name: 'area',
    arguments: {},
    raw: null,
    at: null,
    confirmed_invalid: null,
    note: 'odd',
  };
  const cases = [
    { id: 1, user: null, tools: [], calls: null, invalid: [variant], level: 2 },
    { id: 'no call', user: 'Hello.', tools: [] },
  ];
  const trace = [{ api: 'One', tool: 'look', args: {}, ok: false, result: { error: 'gone' }, patch: null, took: 3 }];
  const task = {
    id: 2,
    apis: [],
    excluded_tools: null,
    init_state: {},
    turns: [{ user: '', trace }],
    final_sha256: '',
  };
  write('bfcl.json', { tools: {}, cases });
  write('bfcl-multiturn.json', { apis: {}, tasks: [task] });
  const { bfcl, multiTurn, odd } = await readToolcalls(folder);
  expect(odd).toEqual([]);
  expect(bfcl.cases).toEqual([
    { id: '1', user: '', tools: [], calls: [], invalid: [{ kind: 'enum', name: 'area', arguments: {} }] },
    { id: 'no call', user: 'Hello.', tools: [], calls: [], invalid: [] },
  ]);
  expect(multiTurn.tasks[0]?.turns[0]?.trace[0]).toEqual({
    tool: 'look',
    args: {},
    result: '{"error":"gone"}',
    patch: [],
  });
});

test('files of the two forms are read whatever they are called, each with its own tools, and no others [eval.toolcalls]', async () => {
  const one = (name: string): object => ({ name, description: '', parameters: {} });
  const question = (id: string): object => ({ id, user: '', tools: ['t'], calls: [], invalid: [] });
  const task = (id: string): object => ({ id, apis: ['A'], init_state: {}, turns: [], final_sha256: '' });
  write('first.json', { tools: { t: one('look') }, cases: [question('a')] });
  write('second.json', { tools: { t: one('peek') }, cases: [question('b'), {}] });
  write('third.json', { apis: { A: [one('tell')] }, tasks: [task('c')] });
  write('turns.json', { apis: { A: [one('ask')] }, tasks: [task('d'), {}] });
  write('SOURCE.json', { tools: {}, cases: [{}] });
  write('suite.json', { minimum: [] });
  writeFileSync(join(folder, 'broken.json'), '{');
  const data = await readToolcalls(folder);
  const cases = casesOf(data, { seed: 1, limit: 100 });
  expect(Object.fromEntries(cases.map(({ id, tools }) => [id, tools.map(({ name }) => name)]))).toEqual({
    a: ['look'],
    b: ['peek'],
    c: ['tell'],
    d: ['ask'],
  });
  expect(cases.flatMap(({ undeclared }) => undeclared)).toEqual([]);
  expect(data.odd.map(({ id }) => id)).toEqual(['second.json case 1', 'turns.json task 1']);
  expect(data.passedOver).toEqual(['broken.json', 'suite.json']);
});

test('a folder without a file of either form is refused [eval.toolcalls]', async () => {
  write('suite.json', { minimum: [] });
  const refused = { code: 'invalid-input', message: expect.stringMatching(/holds neither bfcl\.json nor bfcl-multi/) };
  await expect(readToolcalls(folder)).rejects.toMatchObject(refused);
  await expect(readToolcalls(join(folder, 'gone'))).rejects.toMatchObject(refused);
});
