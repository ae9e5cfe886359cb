import { storedAnswer } from '../domain/stored-answer.ts';
import type { Json } from '../domain/canonical.ts';
import type { Effect } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import type { ForkHanded, RecordedAnswer } from '../domain/fork.ts';
import type { StepPath } from '../domain/ids.ts';
import { type PlannedCall, placesOf, stepNameOf } from '../domain/planned-call.ts';
import type { CopiedCall, CopiedTranscript, RecordedCall, RunRecord } from '../gate/client-store.ts';

/** A recorded output that is to be another one. */
export interface EditedCall {
  readonly stepPath: StepPath;
  readonly result: Json;
  /** The path of the verification whose readings are made anew, since they were of the output that is replaced. */
  readonly verifiedAt?: string;
}

/** What a fork begins with. */
export interface ForkPlan {
  readonly calls: readonly CopiedCall[];
  readonly transcripts: readonly CopiedTranscript[];
  /** The ids of the signals and answers. */
  readonly decisions: readonly string[];
  readonly handed: ForkHanded;
  /** Step paths of calls that were under way or given up when the step began: they are made again. */
  readonly again: readonly StepPath[];
}

/** What a model turn came to, as the ledger keeps it. */
interface RecordedTurn {
  readonly kind: 'tools' | 'submitted' | 'again' | 'refused';
  readonly cursor: number;
  readonly at?: number;
  readonly message?: number;
  readonly calls?: readonly PlannedCall[];
}

const TURN = /^(.+)\/turn-(\d+)$/;
const READ_BACK = /^(?<first>(?<of>.+)\/read-back)(?:#(?<times>\d+))?$/;

/**
 * Which parts of a run's record a fork begins with: every call that had settled when its first step began, with the messages that
 * those calls have seen or made, and the signals and corrections that people had given. What people decided after something was
 * made that an edit replaces was said of another thing, and is left out.
 * @throws JobError `conflict` when an effect among them has been taken back since
 */
export function planFork(
  record: RunRecord,
  edits: { readonly calls: readonly EditedCall[]; readonly input: boolean },
): ForkPlan {
  const settled = record.calls.filter((call) => call.settled);
  const undone = settled.find(({ state }) => state === 'compensated');
  if (undone !== undefined) {
    throw new JobError(
      'conflict',
      `What the step ${undone.stepPath} did has been taken back since; fork from that step or from an earlier one.`,
    );
  }
  const calls = copies(record.calls, edits.calls);
  const kept = new Set(calls.map(({ to }) => to));
  const since = editedSince(settled, edits);
  const decisions = record.decisions.filter(({ createdAt }) => createdAt.getTime() <= since);
  const answers = decisions.flatMap((decision) => correctionOf(decision) ?? []);
  const sleeps = Object.entries(Object.groupBy(record.sleeps, ({ name }) => name));
  return {
    calls,
    transcripts: transcriptsOf(settled, kept),
    decisions: decisions.map(({ decisionId }) => decisionId),
    handed: {
      ...(answers.length === 0 ? {} : { answers }),
      ...(sleeps.length === 0
        ? {}
        : { sleeps: Object.fromEntries(sleeps.map(([name, of = []]) => [name, of.map(({ deadline }) => deadline)])) }),
    },
    again: record.calls.filter((call) => call.began && !call.settled).map(({ stepPath }) => stepPath),
  };
}

// An effect that was sent again by a person's answer was read back more than once. The fork asks for it once and sees the last.
function copies(recorded: readonly RecordedCall[], edited: readonly EditedCall[]): readonly CopiedCall[] {
  // A tool may have the name of that step. It is called by a model's turn or a verifier, which are no effects.
  const effects = new Set<string>(recorded.flatMap(({ stepPath, effect }) => (isChange(effect) ? stepPath : [])));
  const readBacks = new Map<string, { readonly from: StepPath; readonly count: number }>();
  const copied: CopiedCall[] = [];
  for (const { stepPath, settled } of recorded) {
    if (!settled) continue;
    if (edited.some(({ verifiedAt }) => verifiedAt !== undefined && stepPath.startsWith(`${verifiedAt}/`))) continue;
    const { first, of, times = '1' } = READ_BACK.exec(stepPath)?.groups ?? {};
    if (first === undefined || of === undefined || !effects.has(of)) {
      const edit = edited.find((candidate) => candidate.stepPath === stepPath);
      copied.push({ from: stepPath, to: stepPath, ...(edit === undefined ? {} : { result: edit.result }) });
    } else if (Number(times) > (readBacks.get(first)?.count ?? 0)) {
      readBacks.set(first, { from: stepPath, count: Number(times) });
    }
  }
  return [...copied, ...[...readBacks].map(([to, { from }]) => ({ from, to: to as StepPath }))];
}

function isChange(effect: Effect): boolean {
  return effect !== 'read' && effect !== 'model';
}

// An agent's messages up to the end of its last turn that is copied, without those that the fork writes itself: what verifiers say
// of each output, maybe in other words than then, and the results of calls that are made again.
function transcriptsOf(settled: readonly RecordedCall[], kept: ReadonlySet<string>): readonly CopiedTranscript[] {
  const agents = new Map<string, Map<number, RecordedTurn>>();
  for (const { stepPath, effect, result } of settled) {
    const [, agent, turn = '0'] = TURN.exec(stepPath) ?? [];
    if (agent === undefined || effect !== 'model') continue;
    const turns = agents.get(agent) ?? new Map<number, RecordedTurn>();
    // Written by the Activity that calls models.
    agents.set(agent, turns.set(Number(turn), result as unknown as RecordedTurn));
  }
  return [...agents].flatMap(([agent, turns]) => {
    const number = Math.max(...turns.keys());
    const last = turns.get(number);
    if (last === undefined) return [];
    const judged = [...turns.values()].flatMap(({ kind, at }) => (kind === 'submitted' && at !== undefined ? at : []));
    return {
      agentPath: agent as StepPath,
      until: last.cursor,
      left: [...judged, ...unanswered(agent, number, last, kept)],
    };
  });
}

function unanswered(
  agent: string,
  turn: number,
  ...[{ calls = [], message = 0 }, kept]: [RecordedTurn, ReadonlySet<string>]
): readonly number[] {
  const counts = new Map<string, number>();
  return calls.flatMap((call) => {
    const name = stepNameOf(call);
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const step = `${agent}/turn-${turn}/${name}${count === 1 ? '' : `#${count}`}`;
    return kept.has(step) ? [] : placesOf(call, message).map(({ at }) => at);
  });
}

function editedSince(
  settled: readonly RecordedCall[],
  { calls, input }: { readonly calls: readonly EditedCall[]; readonly input: boolean },
): number {
  if (input) return Number.NEGATIVE_INFINITY;
  const moments = calls.map(({ stepPath }) => settled.find((call) => call.stepPath === stepPath)?.claimedAt.getTime());
  return Math.min(Number.POSITIVE_INFINITY, ...moments.filter((moment) => moment !== undefined));
}

// Whether an effect took place is in the ledger already; only what an output should have been has to be said again.
function correctionOf(decision: RunRecord['decisions'][number]): RecordedAnswer | undefined {
  if (decision.kind !== 'answer') return undefined;
  const { evidence, answer } = storedAnswer(decision.payload);
  const { name: question, decisionId: id, actor } = decision;
  return answer.kind === 'corrected' ? { question, id, actor, evidence, answer } : undefined;
}
