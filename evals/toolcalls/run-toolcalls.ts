import { z } from 'zod';
import { JobError } from '../../domain/errors.ts';
import { dialectRemarks } from '../replay/draft-schema.ts';
import type { LedgerEntry } from '../replay/effects-ledger.ts';
import { readToolcalls } from './data.ts';
import { judgeCase } from './judge-case.ts';
import { type JudgedById, leftOutJudged, oddJudged, reportOf } from './judged-by-id.ts';
import { onceByKey } from './once-by-key.ts';
import { openToolcalls, type OpenToolcalls } from './open-toolcalls.ts';
import type { ToolcallsOptions } from './options.ts';
import { casesOf } from './replay-case.ts';
import { type ToolcallsReport, toolcallsTable } from './report.ts';
import { type PlannedRun, plannedRuns, runCases } from './run-cases.ts';
import { Seen } from './seen.ts';
import { shelvesOf } from './shelves.ts';
import { sortOut } from './sort-out.ts';

const EVERY = 100;
const States = z.array(z.object({ run: z.string(), sha256: z.string() }));
const Entries = z.array(
  z.custom<LedgerEntry>((value) => typeof value === 'object' && value !== null && 'run' in value),
);

/** Runs `eval toolcalls` and prints what it found. Answers the exit code: 1 when something is not as it must be. */
export async function runToolcalls(options: ToolcallsOptions): Promise<number> {
  const tell = (line: string): void => void process.stderr.write(`eval: ${line}\n`);
  const { data: folder, seed, limit } = options;
  const data = await readToolcalls(folder);
  const { playable, leftOut } = sortOut(casesOf(data, { seed, limit }));
  const beside = [...data.odd.map(oddJudged), ...leftOut.map(leftOutJudged)];
  if (data.passedOver.length > 0) tell(`passed over, as files of another form: ${data.passedOver.join(', ')}`);
  for (const remark of dialectRemarks(playable.flatMap(({ tools }) => tools))) tell(remark);
  for (const { id, wrong } of beside) tell(`left out ${id}: ${wrong.join('; ')}`);
  if (playable.length + beside.length === 0) throw new JobError('invalid-input', `--data "${folder}" holds no case.`);
  const show = (report: ToolcallsReport): number => {
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : toolcallsTable(report));
    return report.unexpected.length === 0 ? 0 : 1;
  };
  if (playable.length === 0) return show(reportOf(beside, { repeatedRequests: 0, wallMs: 0 }));
  const shelves = shelvesOf(playable);
  const open = await openToolcalls({ folder, seed, limit }, shelves.length, tell);
  try {
    return show(await evaluate(plannedRuns(shelves, open.tenant), { open, beside, tell }));
  } finally {
    tell('stopping');
    await open.close();
  }
}

interface Evaluating {
  readonly open: OpenToolcalls;
  /** What stands in the report besides. */
  readonly beside: readonly JudgedById[];
  readonly tell: (line: string) => void;
}

async function evaluate(planned: readonly PlannedRun[], { open, beside, tell }: Evaluating): Promise<ToolcallsReport> {
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
  return reportOf([...beside, ...judged, ...strangers(ledger, planned)], { repeatedRequests, wallMs });
}

/** Which run is which conversation: a tool server keeps a state for each. */
async function tellRuns({ tools }: OpenToolcalls, planned: readonly PlannedRun[]): Promise<void> {
  const runs = planned
    .filter(({ case: { of } }) => of.kind === 'multi-turn')
    .map(({ runId, case: { id } }) => ({ run: runId, id }));
  const response = await fetch(`${tools}/runs`, { method: 'POST', body: JSON.stringify(runs) });
  if (!response.ok) throw new JobError('stack-failed', `The tool server answered ${response.status}.`);
}

async function ask<Form>(url: string, form: z.ZodType<Form>): Promise<Form> {
  const response = await fetch(url);
  return form.parse(await response.json());
}

function strangers(ledger: readonly LedgerEntry[], planned: readonly PlannedRun[]): readonly JudgedById[] {
  const known = new Set(planned.map(({ runId }) => runId));
  return ledger
    .filter(({ run }) => !known.has(run))
    .map(({ run, tool }) => ({ id: run, figures: {}, wrong: [`an unknown run called ${tool}`] }));
}
