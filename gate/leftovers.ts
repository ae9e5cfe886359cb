import type { Json } from '../domain/canonical.ts';
import { digestOf, refOf } from '../domain/digest.ts';
import type { BlobRef, CallKey, Digest, RunId, StepPath, Tenant } from '../domain/ids.ts';
import type { Settlement } from './call.ts';
import { callOf, type Database, type Statement } from './database.ts';
import { sqlAccepted } from './part-accepted.ts';
import { oneLine } from './text.ts';

// Taking changes nothing of what tells whether the receiver took it.
const TAKE: Statement = {
  name: 'gate.take_leftovers_accepted',
  text: `select l.*, ${sqlAccepted('c')} as accepted
    from gate.take_leftovers($1, $2) l join gate.call c on c.tenant = l.of_tenant and c.call_key = l.key`,
};
const SETTLE = callOf('settle_leftover', 10);
const LOOSE = callOf('loose_answers', 2);
const MARK_DELIVERED = callOf('mark_delivered', 3);
const DROP = callOf('drop_decision', 4);
const MAX_SENTENCE = 1_000;

/** A call of a run that has ended, whose effect is not known. */
export interface Leftover {
  readonly tenant: Tenant;
  readonly callKey: CallKey;
  readonly runId: RunId;
  readonly job: string;
  readonly stepPath: StepPath;
  /** The tool's name. */
  readonly name: string;
  readonly toolDigest: Digest;
  readonly argsRef: BlobRef;
  readonly fenceToken: number;
  /** Since when bytes of its last attempt may have left, in milliseconds by the database's clock. */
  readonly exposedMs: number;
  /** Whether its receiver took it, or a part of it. */
  readonly accepted: boolean;
  /** How often it was taken, this time included. */
  readonly tries: number;
}

/** What became of a leftover. */
export type LeftoverEnd =
  | { readonly verdict: 'committed'; readonly settlement: Settlement; readonly sentence: string }
  /** It never took place; the receiver said nothing yet; nobody can be asked. */
  | { readonly verdict: 'rejected' | 'later' | 'person'; readonly sentence: string };

/** What a person said about a call that no run asks about. */
export interface LooseAnswer {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly decisionId: string;
  readonly stepPath: StepPath;
  readonly payload: Json;
  readonly actor: string;
  /** Whether its run has ended. */
  readonly ended: boolean;
}

interface LeftoverRow {
  readonly of_tenant: Tenant;
  readonly key: CallKey;
  readonly run: RunId;
  readonly job_name: string | null;
  readonly step: StepPath;
  readonly tool: string;
  readonly digest: Digest;
  readonly args: BlobRef;
  readonly token: number;
  readonly exposed_ms: number | null;
  readonly accepted: boolean;
  readonly turn: number;
}

interface LooseRow {
  readonly of_tenant: Tenant;
  readonly run: RunId;
  readonly decision: string;
  readonly step: StepPath;
  readonly given: Json;
  readonly given_by: string | null;
  readonly ended: boolean;
}

/** Calls that runs left behind when they ended, as the ledger has them. */
export class Leftovers {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Those that are due, each reserved until its next turn. */
  async take(limit: number, tenant?: Tenant): Promise<readonly Leftover[]> {
    const rows = await this.#database.query<LeftoverRow>(TAKE, [tenant ?? null, limit]);
    return rows.map((row) => ({
      tenant: row.of_tenant,
      callKey: row.key,
      runId: row.run,
      job: row.job_name ?? '',
      stepPath: row.step,
      name: row.tool,
      toolDigest: row.digest,
      argsRef: row.args,
      fenceToken: row.token,
      exposedMs: row.exposed_ms ?? 0,
      accepted: row.accepted,
      tries: row.turn,
    }));
  }

  /** Writes what became of one; `false` when it changed meanwhile, and then nothing is written. */
  async settle(leftover: Pick<Leftover, 'tenant' | 'callKey' | 'fenceToken'>, end: LeftoverEnd): Promise<boolean> {
    const settlement = end.verdict === 'committed' ? end.settlement : undefined;
    const blobs = (settlement?.blobs ?? []).map((blob) => ({ ...blob, digest: digestOf(blob.bytes) }));
    const [row] = await this.#database.query<{ settle_leftover: boolean }>(SETTLE, [
      leftover.tenant,
      leftover.callKey,
      leftover.fenceToken,
      end.verdict,
      settlement === undefined ? null : JSON.stringify(settlement.result),
      oneLine(end.sentence, MAX_SENTENCE),
      blobs.map(({ digest }) => refOf(digest)),
      blobs.map(({ digest }) => Buffer.from(digest, 'base64url')),
      blobs.map(({ mediaType }) => mediaType),
      blobs.map(({ bytes }) => Buffer.from(bytes)),
    ]);
    return row?.settle_leftover === true;
  }

  /** Answers of people about calls that no run asks about, the oldest first. */
  async looseAnswers(limit: number, tenant?: Tenant): Promise<readonly LooseAnswer[]> {
    const rows = await this.#database.query<LooseRow>(LOOSE, [tenant ?? null, limit]);
    return rows.map((row) => ({
      tenant: row.of_tenant,
      runId: row.run,
      decisionId: row.decision,
      stepPath: row.step,
      payload: row.given,
      actor: row.given_by ?? '',
      ended: row.ended,
    }));
  }

  /** Writes that an answer has reached the ledger, or why it cannot. */
  async closeAnswer({ tenant, runId, decisionId }: LooseAnswer, refusal?: string): Promise<void> {
    const place = [tenant, runId, decisionId];
    if (refusal === undefined) await this.#database.query(MARK_DELIVERED, place);
    else await this.#database.query(DROP, [...place, oneLine(refusal, MAX_SENTENCE)]);
  }
}
