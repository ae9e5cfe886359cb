import { chosenCases } from './chosen-cases.ts';
import type { CaseEnd } from './case-end.ts';
import { type Case, readTau2Data } from './data.ts';
import { deliverCases, type OpenRun } from './deliver-cases.ts';
import { readCounts, readLedger, readStateHash } from './desk-client.ts';
import type { DeskEntry } from './desk-ledger.ts';
import { drawn } from './drawn.ts';
import { judgeCase, type JudgedCase, type SeenCase } from './judge-case.ts';
import { KILL_KINDS, killPlan } from './kill-plan.ts';
import { type KillCounts, killProcesses } from './kill-processes.ts';
import { openTau2, type Tau2Evaluation } from './open-tau2.ts';
import type { Tau2Options } from './options.ts';
import { NOTHING, tableOf, type Tau2Report, withLeftOut } from './report.ts';
import { isAsItMustBe, unconfirmedWrites } from './verdict.ts';

type Tell = (line: string) => void;

const IN_FLIGHT = 48;
// Of a whole run: 20 minutes, with time left to judge.
const PATIENCE_MS = 18 * 60_000;
const EVERY = 20;
const CASES_PER_KILL = 11;
const HELD_SHARE = 0.2;

/** Runs `eval tau2` and prints what it found. Answers the exit code: 0 only when all is as it must be for the mode. */
export async function runTau2(options: Tau2Options): Promise<number> {
  const tell: Tell = (line) => process.stderr.write(`eval: ${line}\n`);
  const data = await readTau2Data(options);
  const cases = chosenCases(data.cases, options);
  tell(`${cases.length} of ${data.cases.length} tasks of ${data.domains.map(({ name }) => name).join(', ')}`);
  for (const remark of data.remarks) tell(remark);
  for (const { id, why } of data.leftOut) tell(`left out ${id}: ${why}`);
  const show = (report: Tau2Report): number => {
    process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : tableOf(report));
    return isAsItMustBe(report, options) ? 0 : 1;
  };
  if (cases.length === 0) return show(withLeftOut(NOTHING, data.leftOut));
  const evaluation = await openTau2(options, data, tell);
  try {
    return show(withLeftOut(await evaluate(cases, { options, evaluation, tell }), data.leftOut));
  } finally {
    tell('stopping');
    await evaluation.close();
  }
}

interface Evaluating {
  readonly options: Tau2Options;
  readonly evaluation: Tau2Evaluation;
  readonly tell: Tell;
}

async function evaluate(cases: readonly Case[], evaluating: Evaluating): Promise<Tau2Report> {
  const { options, evaluation } = evaluating;
  const since = performance.now();
  const { ends, kills } = await deliverAndKill(cases, evaluating);
  const wallMs = Math.round(performance.now() - since);
  const [entries, oracle] = await Promise.all([readLedger(evaluation.desk), readCounts(evaluation.oracle)]);
  const judged: JudgedCase[] = [];
  const seen: SeenCase[] = [];
  for (const one of cases) {
    const end = ends.get(one.name) ?? { kind: 'stuck', sentence: 'It was never started.' };
    const sha256 = await readStateHash(evaluation.desk, one.name);
    const of = { case: one, end, entries: entries.filter((entry) => entry.case === one.name), sha256 };
    seen.push(of);
    judged.push(judgeCase(of));
  }
  const sum = (count: (one: JudgedCase) => number): number => judged.reduce((total, one) => total + count(one), 0);
  return {
    cases: cases.length,
    solved: sum(({ solved }) => Number(solved)),
    duplicateEffects: sum(({ duplicateEffects }) => duplicateEffects),
    lostEffects: sum(({ lostEffects }) => lostEffects),
    stuck: sum(({ stuck }) => Number(stuck)),
    parkedUnknown: sum(({ parkedUnknown }) => Number(parkedUnknown)),
    modelCalls: oracle.requests,
    toolCalls: entries.length,
    kills: Object.values(kills).reduce((total, count) => total + count, 0),
    killsByKind: kills,
    modelFaults: oracle.faults,
    toolFaults: toolFaultsOf(entries),
    unconfirmed: unconfirmedWrites(seen),
    wallMs,
    unexpected: judged
      .filter(({ solved, parkedUnknown }) => !solved && !(parkedUnknown && options.tools === 'naive'))
      .map(({ id, why }) => ({ id, why: why.join('; ') })),
  };
}

async function deliverAndKill(
  cases: readonly Case[],
  { options, evaluation, tell }: Evaluating,
): Promise<{ ends: ReadonlyMap<string, CaseEnd>; kills: KillCounts }> {
  const open = new Map<string, OpenRun>();
  const over = new AbortController();
  const count = options.kills ? killCount(cases.length) : 0;
  // The tasks begin over all of the time in which processes are killed, so that each kill meets work.
  let carriedOut = 0;
  let asked = 0;
  const mayHaveBegun = (): number =>
    carriedOut >= count ? cases.length : (cases.length * (carriedOut + 1)) / count + asked;
  const needWork = (): void => {
    asked += 1;
  };
  const onKill = (kind: string, killed: number): void => {
    carriedOut += 1;
    tell(`kill ${carriedOut} of ${count}: ${kind}${killed === 0 ? ': there was nothing to kill' : ''}`);
  };
  let done = 0;
  const onEnd = (_: Case, end: CaseEnd): void => {
    done += 1;
    if (end.kind === 'stuck' || end.kind === 'failed') tell(`${end.kind}: ${end.sentence}`);
    if (done % EVERY === 0 || done === cases.length) tell(`${done} of ${cases.length} tasks`);
  };
  const { engine, order } = evaluation;
  const plan = killPlan({ seed: options.seed, count });
  const killing = killProcesses(plan, { engine, order, open, over: over.signal, onKill, needWork });
  const ends = await deliverCases(cases, {
    engine,
    open,
    inFlight: IN_FLIGHT,
    mayHaveBegun,
    deadline: performance.now() + PATIENCE_MS,
    isHeld: (one) => options.kills && drawn(options.seed, 'held', one.id) < HELD_SHARE,
    onEnd,
  });
  over.abort();
  return { ends, kills: await killing };
}

// Two rounds of every kind for all of the data, and fewer for a sample.
function killCount(cases: number): number {
  return Math.min(2 * KILL_KINDS.length, Math.max(3, Math.ceil(cases / CASES_PER_KILL)));
}

function toolFaultsOf(entries: readonly DeskEntry[]): Tau2Report['toolFaults'] {
  const counts: Record<string, number> = {};
  for (const { fault } of entries) if (fault !== undefined) counts[fault] = (counts[fault] ?? 0) + 1;
  return counts;
}
