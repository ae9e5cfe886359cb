import type { Json } from '../domain/canonical.ts';
import type { Effect, EffectClass } from '../domain/effects.ts';
import type { BlobRef, CallKey, RunId, StepPath } from '../domain/ids.ts';
import type { Database, Statement } from './database.ts';
import type { CallState } from './ledger.ts';
import type { RunKey } from './runs.ts';

const READ: Statement = {
  name: 'gate.run_ledger',
  text: `select call_key, step_path, name, effect, class, system, args_ref, facts, state, takeovers, result, status, sentence,
      input_tokens, output_tokens, claimed_at, sent_at, settled_at, decision_id, copied_from, edited_by
    from gate.call where tenant = $1 and run_id = $2 order by claimed_at, step_path`,
};

/** One call as people are shown it. */
export interface LedgerEntry {
  readonly callKey: CallKey;
  readonly stepPath: StepPath;
  readonly name: string;
  readonly effect: Effect;
  readonly class: EffectClass;
  /** The system or endpoint; empty for a tool that only computes. */
  readonly system: string;
  readonly argsRef: BlobRef;
  readonly facts: Json;
  readonly state: CallState;
  /** How often another owner took it over from a dead one. */
  readonly takeovers: number;
  readonly result: Json;
  readonly status: number | undefined;
  readonly sentence: string | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly claimedAt: Date;
  readonly sentAt: Date | undefined;
  readonly settledAt: Date | undefined;
  /** The decision by which a person settled it; `undefined` for all others. */
  readonly decisionId: string | undefined;
  /** Of a fork's call: the run from whose record it is; `undefined` for a call of the run's own. */
  readonly copiedFrom: RunId | undefined;
  /** Who gave its output otherwise when the fork was made. */
  readonly editedBy: string | undefined;
}

interface LedgerRow {
  readonly call_key: CallKey;
  readonly step_path: StepPath;
  readonly name: string;
  readonly effect: Effect;
  readonly class: EffectClass;
  readonly system: string | null;
  readonly args_ref: BlobRef;
  readonly facts: Json;
  readonly state: CallState;
  readonly takeovers: number;
  readonly result: Json;
  readonly status: number | null;
  readonly sentence: string | null;
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
  readonly claimed_at: Date;
  readonly sent_at: Date | null;
  readonly settled_at: Date | null;
  readonly decision_id: string | null;
  readonly copied_from: RunId | null;
  readonly edited_by: string | null;
}

/** Every call of a run, in the order in which they were first claimed. */
export async function runLedger(database: Database, run: RunKey): Promise<readonly LedgerEntry[]> {
  const rows = await database.query<LedgerRow>(READ, [run.tenant, run.runId]);
  return rows.map((row) => ({
    callKey: row.call_key,
    stepPath: row.step_path,
    name: row.name,
    effect: row.effect,
    class: row.class,
    system: row.system ?? '',
    argsRef: row.args_ref,
    facts: row.facts,
    state: row.state,
    takeovers: row.takeovers,
    result: row.result,
    status: row.status ?? undefined,
    sentence: row.sentence ?? undefined,
    inputTokens: row.input_tokens ?? undefined,
    outputTokens: row.output_tokens ?? undefined,
    claimedAt: row.claimed_at,
    sentAt: row.sent_at ?? undefined,
    settledAt: row.settled_at ?? undefined,
    decisionId: row.decision_id ?? undefined,
    copiedFrom: row.copied_from ?? undefined,
    editedBy: row.edited_by ?? undefined,
  }));
}
