import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Case } from '../../../evals/tau2/data.ts';
import { ENDPOINTS, type FaultPlan, isWasted, type ModelFault } from '../../../evals/tau2/fault-plan.ts';
import { OracleModel } from '../../../evals/tau2/oracle.ts';
import { oracleAnswer, type OracleDeed, type OracleRequest } from '../../../evals/tau2/oracle-answer.ts';
import { placeInTrace } from '../../../evals/tau2/place-in-trace.ts';
import { REFUSING_MS } from '../../../evals/tau2/timing.ts';
import { aliasesOf } from '../../../jobs/tool-aliases.ts';
import { smallCases } from './small-data.ts';

const NO_FAULTS: FaultPlan = { seed: 1, rate: 0 };
const MANY_FAULTS: FaultPlan = { seed: 1, rate: 0.5 };
const SEEDS = 400;

let folder: string;
let cases: ReadonlyMap<string, Case>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-tau2-'));
  cases = await smallCases(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function caseOf(id: string): Case {
  const found = cases.get(id);
  if (found === undefined) throw new Error(`There is no task "${id}".`);
  return found;
}

function said(one: Case, plan: FaultPlan, answered: number): OracleDeed {
  return oracleAnswer({ case: one, plan, answered, tools: offered('look_up', 'book', 'press'), endpoint: 'oracle-a' });
}

function offered(...names: readonly string[]): OracleRequest['tools'] {
  return names.map((name) => ({ name, description: '', parameters: {} }));
}

/** Every answer with a fault of one kind that some seed has somewhere in a task. */
function faulty(one: Case, kind: ModelFault): readonly OracleDeed[] {
  return Array.from({ length: SEEDS }, (_, seed) => said(one, { seed, rate: 0.5 }, seed % 4)).filter(
    ({ fault }) => fault === kind,
  );
}

describe('the oracle', () => {
  test('says the recorded calls one after the other, then hands in what is to be communicated [eval.tau2]', () => {
    const one = caseOf('reads and writes');
    expect([0, 1, 2, 3].map((answered) => said(one, NO_FAULTS, answered).says?.calls)).toEqual([
      [{ name: 'look_up', arguments: { shelf: 'a' } }],
      [{ name: 'book', arguments: { shelf: 'a' } }],
      [{ name: 'look_up', arguments: { shelf: 'a' } }],
      [{ name: 'submit', arguments: { message: 'Done. 42' } }],
    ]);
    expect(said(caseOf('nothing to do'), NO_FAULTS, 0).says?.calls).toEqual([
      { name: 'submit', arguments: { message: 'Done.' } },
    ]);
  });

  test('comes through every trace by counting answers alone, whatever faults the plan has [eval.tau2]', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(...cases.keys()), (seed, id) => {
        const one = caseOf(id);
        const plan = { seed, rate: 0.5 };
        const walked: number[] = [];
        for (let answered = 0; answered < 40; answered += 1) {
          const { position, fault } = placeInTrace(one, plan, answered);
          if (fault === undefined || !isWasted(fault.kind)) walked.push(position);
        }
        expect(walked.slice(0, one.task.trace.length + 1)).toEqual([...one.task.trace.keys(), one.task.trace.length]);
      }),
    );
  });

  test('wastes no more than two answers in a row on one call [eval.tau2]', () => {
    const one = caseOf('reads and writes');
    for (let seed = 0; seed < SEEDS; seed += 1) {
      const wasted = [0, 1, 2].map((answered) => placeInTrace(one, { seed, rate: 0.5 }, answered).fault?.kind);
      expect(wasted.every((kind) => kind !== undefined && isWasted(kind))).toBe(false);
    }
  });
});

test('the oracle calls a tool by the name under which the request offers it [eval.tau2]', () => {
  const recorded = caseOf('nothing to do');
  const step = { tool: 'book.shelf', args: { shelf: 'a' }, ok: true, result: 'booked' };
  const one = { ...recorded, task: { ...recorded.task, trace: [step] } };
  const called = (...names: readonly string[]): string | undefined =>
    oracleAnswer({ case: one, plan: NO_FAULTS, answered: 0, tools: offered(...names), endpoint: 'oracle-a' }).says
      ?.calls?.[0]?.name;
  const names = ['book.shelf', 'book_shelf'];
  const aliases = [...aliasesOf(names).values()];
  expect(called(...aliasesOf(['book.shelf', 'press']).values())).toBe('book_shelf');
  expect(called(...aliases)).toBe(aliasesOf(names).get('book.shelf'));
  expect(called(...aliases)).not.toBe('book_shelf');
  expect(called('press')).toBe('book.shelf');
});

describe('the faulty answers of the oracle', () => {
  test('spoil arguments so that they are no object, each in its way [eval.tau2]', () => {
    const one = caseOf('reads and writes');
    const raws = (kind: ModelFault): readonly string[] =>
      faulty(one, kind).flatMap(({ says }) => (says?.calls ?? []).flatMap((call) => ('raw' in call ? [call.raw] : [])));
    expect(raws('truncated-arguments').length).toBeGreaterThan(0);
    for (const raw of raws('truncated-arguments')) expect(() => JSON.parse(raw) as unknown).toThrow(SyntaxError);
    expect(raws('double-encoded-arguments').length).toBeGreaterThan(0);
    for (const raw of raws('double-encoded-arguments'))
      expect(typeof JSON.parse(JSON.parse(raw) as string)).toBe('object');
  });

  test('call with a wrong argument only what is in the trace as wrong, and twice only what changes something [eval.tau2]', () => {
    const one = caseOf('reads and writes');
    const called = (kind: ModelFault): readonly unknown[] => faulty(one, kind).flatMap(({ says }) => says?.calls ?? []);
    expect(called('wrong-argument')).toContainEqual({ name: 'book', arguments: { shelf: 'a9' } });
    expect(new Set(called('call-twice').map((call) => (call as { name: string }).name))).toEqual(new Set(['book']));
  });
});

describe('the oracle over HTTP', () => {
  test('answers alike at every time and from every process of it, and counts [eval.tau2]', async () => {
    const answers = await Promise.all(
      [1, 2].map(async () => {
        const oracle = new OracleModel({ cases: [...cases.values()], plan: NO_FAULTS });
        const { server, port } = await oracle.serve('oracle-b');
        const ask = async (): Promise<unknown> =>
          (await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, asking('m', 'Case case-0\n\nHelp.'))).json();
        const twice = [await ask(), await ask()];
        const counts: unknown = await (await fetch(`http://127.0.0.1:${port}/counts`)).json();
        server.closeAllConnections();
        server.close();
        expect(counts).toEqual({ requests: 2, faults: {} });
        return twice;
      }),
    );
    expect(new Set(answers.flat().map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.[0]).toMatchObject({
      choices: [{ message: { tool_calls: [{ function: { name: 'look_up', arguments: '{"shelf":"a"}' } }] } }],
    });
  });

  test('fails as the plan says at one endpoint, while the other one answers; a refused port listens again [eval.tau2]', async () => {
    const seen = await Promise.all(LOSING.map(async (kind) => [kind, ...(await outcomesOf(kind))]));
    expect(seen).toEqual([
      ['rate-limited', '429 after 1', '200'],
      ['status-500', '500', '200'],
      ['status-503', '503', '200'],
      ['reset-mid-answer', 'broken', '200'],
      ['empty-choices', '200 empty', '200'],
      ['refused-connection', 'broken', '200', 'broken', '404'],
    ]);
  });
});

const LOSING = [
  'rate-limited',
  'status-500',
  'status-503',
  'reset-mid-answer',
  'empty-choices',
  'refused-connection',
] as const;

/** What a task's first call meets at each endpoint, with a seed that has the fault at the first one. */
async function outcomesOf(kind: (typeof LOSING)[number]): Promise<readonly string[]> {
  const one = caseOf('reads and writes');
  const seeds = Array.from({ length: 4 * SEEDS }, (_, seed) => seed);
  const seed = seeds.find((each) => said(one, { ...MANY_FAULTS, seed: each }, 0).fault === kind) ?? -1;
  const oracle = new OracleModel({ cases: [one], plan: { ...MANY_FAULTS, seed } });
  const served = await Promise.all(ENDPOINTS.map((endpoint) => oracle.serve(endpoint)));
  const outcomes: string[] = [];
  for (const { port } of served) outcomes.push(await outcomeOf(port, asking('m', `Case ${one.name}`)));
  if (kind === 'refused-connection') {
    const [{ port } = { port: 0 }] = served;
    outcomes.push(await outcomeOf(port, asking('m', `Case ${one.name}`)));
    await new Promise((resolve) => setTimeout(resolve, 2 * REFUSING_MS));
    outcomes.push(await outcomeOf(port, { method: 'GET' }));
  }
  for (const { server } of served) {
    server.closeAllConnections();
    server.close();
  }
  return outcomes;
}

function asking(model: string, content: string): RequestInit {
  return { method: 'POST', body: JSON.stringify({ model, messages: [{ role: 'user', content }] }) };
}

async function outcomeOf(port: number, init: RequestInit): Promise<string> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, init);
    const text = await response.text();
    const after = response.headers.get('retry-after');
    const empty = text.includes('"choices":[]') ? ' empty' : '';
    return `${response.status}${after === null ? '' : ` after ${after}`}${empty}`;
  } catch {
    return 'broken';
  }
}
