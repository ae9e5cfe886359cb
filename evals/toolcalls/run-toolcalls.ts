import { z } from 'zod';
import { JobError } from '../../domain/errors.ts';
import type { LedgerEntry } from '../replay/effects-ledger.ts';
import { readToolcalls } from './data.ts';
import { type Judged, judgeCase } from './judge-case.ts';
import { onceByKey } from './once-by-key.ts';
import { openToolcalls, type OpenToolcalls } from './open-toolcalls.ts';
import type { ToolcallsOptions } from './options.ts';
import { casesOf } from './replay-case.ts';
import { type ToolcallsFigures, type ToolcallsReport, toolcallsTable, type Unexpected } from './report.ts';
import { type PlannedRun, plannedRuns, runCases } from './run-cases.ts';
import { Seen } from './seen.ts';
import { shelvesOf } from './shelves.ts';

const NONE: ToolcallsFigures = {
  validCalls: 0,
  validDispatched: 0,
  invalidCalls: 0,
  invalidRefused: 0,
  irrelevant: 0,
  irrelevantDispatched: 0,
  multiTurn: 0,
  multiTurnReached: 0,
};
const EVERY = 100;
const States = z.array(z.object({ run: z.string(), sha256: z.string() }));
const Entries = z.array(
  z.custom<LedgerEntry>((value) => typeof value === 'object' && value !== null && 'run' in value),
);

/** Runs `eval toolcalls` and prints what it found. Answers the exit code: 1 when something is not as it must be. */
export async function runToolcalls(options: ToolcallsOptions): Promise<number> {
  const tell = (line: string): void => void process.stderr.write(`eval: ${line}\n`);
  const { data: folder, seed, limit } = options;
  const shelves = shelvesOf(casesOf(await readToolcalls(folder), { seed, limit }));
  if (shelves.length === 0) throw new JobError('invalid-input', `--data "${folder}" holds no case.`);
  const open = await openToolcalls({ folder, seed, limit }, shelves.length, tell);
  try {
    const planned = plannedRuns(shelves, open.tenant);
    const report = await evaluate(planned, open, tell);
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : toolcallsTable(report));
    return report.unexpected.length === 0 ? 0 : 1;
  } finally {
    tell('stopping');
    await open.close();
  }
}

async function evaluate(
  planned: readonly PlannedRun[],
  open: OpenToolcalls,
  tell: (line: string) => void,
): Promise<ToolcallsReport> {
  await tellRuns(open, planned);
  const since = performance.now();
  let done = 0;
  const ends = await runCases(planned, open, () => {
    done += 1;
    if (done % EVERY === 0 || done === planned.length) tell(`${done} of ${planned.length} cases`);
  });
  const wallMs = Math.round(performance.now() - since);
  const [ledger, states, seen] = await Promise.all([
    ask(`${open.tools}/ledger`, Entries),
    ask(`${open.tools}/states`, States),
    ask(`${open.oracle}/seen`, z.array(Seen)),
  ]);
  const once = onceByKey(ledger);
  const requests = Map.groupBy(once, (entry) => entry.run);
  const seenBy = Map.groupBy(seen, (one) => one.id);
  const hashes = new Map(states.map(({ run, sha256 }) => [run, sha256]));
  const judged = planned.map(({ case: one, runId }) => ({
    id: one.id,
    ...judgeCase({
      case: one,
      end: ends.get(runId) ?? 'never',
      requests: requests.get(runId) ?? [],
      seen: seenBy.get(one.id) ?? [],
      sha256: hashes.get(runId),
    }),
  }));
  const repeatedRequests = ledger.length - once.length;
  return { ...summed(judged), repeatedRequests, wallMs, unexpected: unexpectedOf(judged, strangers(ledger, planned)) };
}

/** Which run is which conversation: a tool server keeps a state for each. */
async function tellRuns({ tools }: OpenToolcalls, planned: readonly PlannedRun[]): Promise<void> {
  const runs = planned.map(({ runId, case: { id } }) => ({ run: runId, id }));
  const response = await fetch(`${tools}/runs`, { method: 'POST', body: JSON.stringify(runs) });
  if (!response.ok) throw new JobError('stack-failed', `The tool server answered ${response.status}.`);
}

async function ask<Form>(url: string, form: z.ZodType<Form>): Promise<Form> {
  const response = await fetch(url);
  return form.parse(await response.json());
}

function summed(judged: readonly Judged[]): ToolcallsFigures {
  const add = (sum: ToolcallsFigures, { figures }: Judged): ToolcallsFigures => ({
    validCalls: sum.validCalls + (figures.validCalls ?? 0),
    validDispatched: sum.validDispatched + (figures.validDispatched ?? 0),
    invalidCalls: sum.invalidCalls + (figures.invalidCalls ?? 0),
    invalidRefused: sum.invalidRefused + (figures.invalidRefused ?? 0),
    irrelevant: sum.irrelevant + (figures.irrelevant ?? 0),
    irrelevantDispatched: sum.irrelevantDispatched + (figures.irrelevantDispatched ?? 0),
    multiTurn: sum.multiTurn + (figures.multiTurn ?? 0),
    multiTurnReached: sum.multiTurnReached + (figures.multiTurnReached ?? 0),
  });
  return judged.reduce(add, NONE);
}

function unexpectedOf(
  judged: readonly (Judged & { readonly id: string })[],
  strange: readonly Unexpected[],
): readonly Unexpected[] {
  return [...judged.flatMap(({ id, wrong }) => wrong.map((why) => ({ id, why }))), ...strange];
}

function strangers(ledger: readonly LedgerEntry[], planned: readonly PlannedRun[]): readonly Unexpected[] {
  const known = new Set(planned.map(({ runId }) => runId));
  return ledger
    .filter(({ run }) => !known.has(run))
    .map(({ run, tool }) => ({ id: run, why: `an unknown run called ${tool}` }));
}
