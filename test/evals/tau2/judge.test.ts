import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CaseEnd } from '../../../evals/tau2/case-end.ts';
import type { Case } from '../../../evals/tau2/data.ts';
import type { DeskEntry } from '../../../evals/tau2/desk-ledger.ts';
import { judgeCase, type SeenCase } from '../../../evals/tau2/judge-case.ts';
import type { Tau2Report } from '../../../evals/tau2/report.ts';
import { isAsItMustBe, unconfirmedWrites } from '../../../evals/tau2/verdict.ts';
import { smallCases } from './small-data.ts';

const DONE: CaseEnd = { kind: 'completed', message: 'Done. 42' };
const PARKED: CaseEnd = { kind: 'parked', sentence: 'Whether it took effect cannot be known.' };

let folder: string;
let one: Case;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-tau2-'));
  one = (await smallCases(folder)).get('reads and writes') as Case;
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function entry(tool: string, what: Partial<DeskEntry>): DeskEntry {
  return { at: '', case: one.name, tool, args: {}, key: '', deed: 'step', ...what };
}

function seen(what: Partial<SeenCase> = {}): SeenCase {
  const entries = [
    entry('look_up', { position: 0 }),
    entry('book', { position: 1 }),
    entry('look_up', { position: 2 }),
  ];
  return { case: one, end: DONE, entries, sha256: one.task.final_sha256, ...what };
}

const duplicate = (): DeskEntry => entry('book', { position: 1, deed: 'duplicate' });

describe('a case of eval tau2', () => {
  test('is solved when state, writes and answer are the recorded ones; what was stored or read again is no effect [eval.tau2]', () => {
    const entries = [
      ...seen().entries,
      entry('book', { position: 1, deed: 'stored' }),
      entry('look_up', { position: 2, deed: 'duplicate' }),
      entry('book', { deed: 'wrong' }),
    ];
    expect(judgeCase(seen({ entries }))).toEqual({
      id: 'shelves/reads and writes',
      solved: true,
      duplicateEffects: 0,
      lostEffects: 0,
      stuck: false,
      parkedUnknown: false,
      why: [],
    });
  });
});

describe('a case of eval tau2 that is not as recorded', () => {
  test.each([
    ['another state', (): SeenCase => seen({ sha256: 'x' }), {}, 'the state is another one'],
    [
      'a second effect, even when the state is right',
      (): SeenCase => seen({ entries: [...seen().entries, duplicate()] }),
      { duplicateEffects: 1 },
      "1 effects beyond the trace's",
    ],
    [
      'a write that nothing recorded asks for',
      (): SeenCase => seen({ entries: [...seen().entries, entry('book', { deed: 'unexpected' })] }),
      { duplicateEffects: 1 },
      "1 effects beyond the trace's",
    ],
    [
      'a write that is missing',
      (): SeenCase => seen({ entries: [] }),
      { lostEffects: 1 },
      'writes that did not happen: 1',
    ],
    ['what is not said', (): SeenCase => seen({ end: { kind: 'completed', message: 'Done.' } }), {}, 'not said: 42'],
    [
      'a run that is stuck',
      (): SeenCase => seen({ end: { kind: 'stuck', sentence: 'it hangs' } }),
      { stuck: true },
      'stuck: it hangs; not said: 42',
    ],
    ['a run that is parked', (): SeenCase => seen({ end: PARKED }), { parkedUnknown: true }, /^parked: /],
  ])('is not solved by %s [eval.tau2]', (...[, given, counts, why]) => {
    const judged = judgeCase(given());
    expect(judged).toMatchObject({ solved: false, ...counts });
    expect(judged.why.join('; ')).toMatch(why);
  });
});

describe('writes whose effect nobody confirmed in time', () => {
  const doubtful = (): DeskEntry => entry('book', { position: 1, fault: 'timeout-after-effect' });

  test('are confirmed when the run went on with one effect, and a person has those it stopped at [eval.tau2]', () => {
    const [before, , after] = seen().entries as [DeskEntry, DeskEntry, DeskEntry];
    expect(unconfirmedWrites([seen({ entries: [before, doubtful(), after] })])).toEqual({
      confirmed: 1,
      withPerson: 0,
      other: 0,
    });
    expect(unconfirmedWrites([seen({ entries: [before, doubtful()], end: PARKED })])).toEqual({
      confirmed: 0,
      withPerson: 1,
      other: 0,
    });
  });

  test('are neither when they took place again [eval.tau2]', () => {
    expect(unconfirmedWrites([seen({ entries: [doubtful(), duplicate()] })]).other).toBe(1);
  });
});

describe('the verdict of eval tau2', () => {
  const report = (what: Partial<Tau2Report>): Tau2Report => ({
    cases: 2,
    solved: 2,
    duplicateEffects: 0,
    lostEffects: 0,
    stuck: 0,
    parkedUnknown: 0,
    modelCalls: 0,
    toolCalls: 0,
    kills: 0,
    killsByKind: {},
    modelFaults: {},
    toolFaults: {},
    unconfirmed: { confirmed: 0, withPerson: 0, other: 0 },
    wallMs: 0,
    unexpected: [],
    ...what,
  });

  test('takes a parked run for right in naive mode alone, and no second effect in any [eval.tau2]', () => {
    const parked = report({ solved: 1, parkedUnknown: 1 });
    expect(isAsItMustBe(report({}), { tools: 'key-aware' })).toBe(true);
    expect(isAsItMustBe(parked, { tools: 'key-aware' })).toBe(false);
    expect(isAsItMustBe(parked, { tools: 'naive' })).toBe(true);
    for (const harm of [
      { duplicateEffects: 1 },
      { lostEffects: 1 },
      { stuck: 1 },
      { unexpected: [{ id: '', why: '' }] },
    ]) {
      expect(isAsItMustBe(report(harm), { tools: 'naive' })).toBe(false);
    }
  });
});
