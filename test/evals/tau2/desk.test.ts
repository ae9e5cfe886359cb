import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { stateHash } from '../../../evals/replay/state-hash.ts';
import type { Case } from '../../../evals/tau2/data.ts';
import { Desk, type DeskRequest } from '../../../evals/tau2/desk.ts';
import { DeskLedger } from '../../../evals/tau2/desk-ledger.ts';
import { type FaultPlan, type ToolFault, toolFaultAt } from '../../../evals/tau2/fault-plan.ts';
import type { ToolsMode } from '../../../evals/tau2/options.ts';
import { smallCases } from './small-data.ts';

const NO_FAULTS: FaultPlan = { seed: 1, rate: 0 };

let folder: string;
let cases: ReadonlyMap<string, Case>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-tau2-'));
  cases = await smallCases(join(folder, 'data'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A desk on the same file each time, as a process that is started again. */
function open(mode: ToolsMode, plan: FaultPlan = NO_FAULTS): { desk: Desk; ledger: DeskLedger } {
  const ledger = new DeskLedger(join(folder, 'ledger.jsonl'));
  return { desk: new Desk({ cases: [...cases.values()], mode, plan, ledger }), ledger };
}

function nameOf(id: string): string {
  return cases.get(id)?.name ?? '';
}

function book(key: string, shelf = 'a'): DeskRequest {
  return { case: nameOf('reads and writes'), tool: 'book', args: { shelf }, key };
}

const press = (key: string): DeskRequest => ({ case: nameOf('the same call twice'), tool: 'press', args: {}, key });
const lookUp = (key: string): DeskRequest => ({ ...book(key), tool: 'look_up' });

const DONE = { kind: 'answer', answer: { ok: true, result: 'booked a' } };

/** A plan by which the first booking, and nothing before it, meets a fault. */
function planWith(fault: ToolFault): FaultPlan {
  const id = `shelves/reads and writes`;
  const seed = Array.from({ length: 10_000 }, (_, each) => each).find(
    (each) =>
      toolFaultAt({ seed: each, rate: 0.3 }, id, 1) === fault &&
      toolFaultAt({ seed: each, rate: 0.3 }, id, 0) === undefined,
  );
  return { seed: seed ?? -1, rate: 0.3 };
}

describe('the tool server, key-aware', () => {
  test('answers a key that it has seen with the stored answer, and has no second effect [eval.tau2]', () => {
    const { desk, ledger } = open('key-aware');
    expect(desk.take(book('k1'))).toEqual(DONE);
    expect(desk.take(book('k1'))).toEqual(DONE);
    expect(ledger.entries().map(({ deed, position }) => [deed, position])).toEqual([
      ['step', 1],
      ['stored', 1],
    ]);
  });

  test('has an effect again for another key, and says so: state and ledger show it [eval.tau2]', () => {
    const { desk, ledger } = open('key-aware');
    desk.take(book('k1'));
    expect(desk.take(book('k2'))).toEqual({ kind: 'answer', answer: { ok: true, result: 'booked again' } });
    expect(ledger.entries().map(({ deed }) => deed)).toEqual(['step', 'duplicate']);
    expect(desk.caseOf(nameOf('reads and writes')).state).toMatchObject({ agent: { count: 11 } });
  });

  test('refuses a key whose first request is at work still, then has one effect [eval.tau2]', () => {
    const { desk, ledger } = open('key-aware', planWith('slower-than-deadline'));
    const handling = desk.take(book('k1'));
    expect(desk.take(book('k1'))).toEqual({ kind: 'busy' });
    if (handling.kind !== 'slow') throw new Error('It is not slow.');
    expect(handling.finish()).toEqual(DONE.answer);
    expect(desk.take(book('k1'))).toEqual(DONE);
    expect(ledger.entries().map(({ deed }) => deed)).toEqual(['at-work', 'at-work', 'step', 'stored']);
  });
});

describe('the tool server, naive', () => {
  test('acts on every call, whatever its key [eval.tau2]', () => {
    const { desk, ledger } = open('naive');
    desk.take(book('k1'));
    desk.take(book('k1'));
    expect(ledger.entries().map(({ deed }) => deed)).toEqual(['step', 'duplicate']);
  });

  test('tells what an earlier call came to: done with its place, nothing, or not known yet [eval.tau2]', () => {
    const { desk } = open('naive', planWith('slower-than-deadline'));
    expect(desk.known(book('k1'))).toEqual({ kind: 'nothing' });
    const handling = desk.take(book('k1'));
    expect(desk.known(book('k1'))).toEqual({ kind: 'at-work' });
    if (handling.kind !== 'slow') throw new Error('It is not slow.');
    handling.finish();
    expect(desk.known(book('k1'))).toEqual({ kind: 'done', answer: DONE.answer, position: 1 });
    expect(desk.known(book('k2'))).toEqual({ kind: 'nothing' });
  });
});

describe('the tool server', () => {
  test('takes the same call as the next recorded one of its form, and reaches the recorded state [eval.tau2]', () => {
    const { desk, ledger } = open('key-aware');
    const one = cases.get('the same call twice');
    expect([desk.take(press('k1')), desk.take(press('k2'))]).toMatchObject([
      { answer: { result: 'The lamp is on.' } },
      { answer: { result: 'The lamp is off.' } },
    ]);
    desk.take({ ...press('k3'), tool: 'book', args: { shelf: 'b' } });
    expect(ledger.entries().map(({ position }) => position)).toEqual([0, 1, 2]);
    expect(stateHash(desk.caseOf(one?.name ?? '').state)).toBe(one?.task.final_sha256);
  });

  test('answers a call that is known to be wrong, and any other as unknown; neither changes anything [eval.tau2]', () => {
    const { desk, ledger } = open('key-aware');
    const before = desk.caseOf(nameOf('reads and writes')).state;
    expect(desk.take(book('k1', 'a9'))).toMatchObject({ answer: { ok: false, result: 'Error: no such shelf' } });
    expect(desk.take(book('k2', 'z'))).toMatchObject({ answer: { ok: false, result: '{"error":"unknown"}' } });
    expect(ledger.entries().map(({ deed }) => deed)).toEqual(['wrong', 'unexpected']);
    expect(desk.caseOf(nameOf('reads and writes')).state).toBe(before);
  });
});

describe('the tool server with faults', () => {
  test.each([
    ['timeout-before-effect', 'swallowed', ['nothing', 'step']],
    ['timeout-after-effect', 'answer', ['step', 'stored']],
    ['status-500-after-effect', 'answer', ['step', 'stored']],
    ['late-duplicate-answer', 'answer', ['step', 'stored']],
  ] as const)('plays %s on the first request of a call alone [eval.tau2]', (fault, kind, deeds) => {
    const { desk, ledger } = open('key-aware', planWith(fault));
    expect(desk.take(book('k1')).kind).toBe(kind);
    expect(desk.take(book('k1'))).toEqual(DONE);
    expect(ledger.entries().map(({ deed }) => deed)).toEqual(deeds);
    expect(ledger.entries().map((entry) => entry.fault)).toEqual([fault, undefined]);
  });

  test.each(['key-aware', 'naive'] as const)('that was killed goes on by its ledger, %s [eval.tau2]', (mode) => {
    const first = open(mode, planWith('timeout-before-effect'));
    first.desk.take(lookUp('k0'));
    first.desk.take(book('k1'));
    first.desk.take(book('k1'));
    appendFileSync(join(folder, 'ledger.jsonl'), '{"at":"cut o');
    const again = open(mode, planWith('timeout-before-effect'));
    const name = nameOf('reads and writes');
    expect(again.desk.caseOf(name).state).toEqual(first.desk.caseOf(name).state);
    expect(again.desk.known(book('k1'))).toEqual(first.desk.known(book('k1')));
    expect(again.ledger.entries()).toEqual(first.ledger.entries());
    again.desk.take(book('k1'));
    expect(again.ledger.entries().map(({ deed }) => deed)).toEqual([
      'step',
      'nothing',
      'step',
      mode === 'naive' ? 'duplicate' : 'stored',
    ]);
  });
});
