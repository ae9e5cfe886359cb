import type { Json } from '../domain/canonical.ts';
import { digestOf, refOf } from '../domain/digest.ts';
import type { OwnerId } from '../domain/ids.ts';
import type { Settlement } from './call.ts';
import { callOf, type Database } from './database.ts';
import type { PreparedCall } from './prepared-call.ts';
import { oneLine } from './text.ts';

const CLAIM = callOf('claim', 17);
const MARK_SENT = callOf('mark_sent', 4);
const SETTLE = callOf('settle', 19);
const RELEASE = callOf('release', 7);

const MAX_SENTENCE = 1_000;
const MAX_TOKENS = 1_000_000_000;
const MAX_MODEL_NAME = 200;

/** The states of the ledger. */
export type CallState =
  | 'claimed'
  | 'sent'
  | 'committed'
  | 'rejected'
  | 'unknown'
  | 'verified'
  | 'compensated'
  | 'accepted';

/** What a claim found. */
export type ClaimAnswer =
  | { readonly kind: 'claimed'; readonly fenceToken: number }
  /** `exposedMs`: since when bytes of an earlier attempt may have left; `undefined` when none can have. */
  | {
      readonly kind: 'taken-over';
      readonly fenceToken: number;
      readonly state: CallState;
      readonly exposedMs: number | undefined;
    }
  | { readonly kind: 'stored'; readonly call: StoredCall }
  /** `copied-otherwise`: a fork has this call from its first run's record, with other arguments. */
  | { readonly kind: 'in-progress' | 'conflict' | 'copied-otherwise'; readonly holder: LedgerHolder }
  | { readonly kind: 'lease-lost' | 'run-ended' };

/** A claim that was granted. */
export type Taken = Extract<ClaimAnswer, { kind: 'claimed' | 'taken-over' }>;

/** A settled call. */
export interface StoredCall {
  readonly state: CallState;
  readonly result: Json;
  readonly status: number | undefined;
  readonly sentence: string | undefined;
}

/** The call that is in the way. */
export interface LedgerHolder {
  readonly runId: string;
  readonly stepPath: string;
  readonly state: CallState;
  /** What it came to, where it is settled. */
  readonly result: Json;
}

/** A call that this process has claimed: what every later statement about it proves itself with. */
export interface Claim {
  readonly prepared: PreparedCall;
  readonly owner: OwnerId;
  readonly fenceToken: number;
}

/** How a call ended. */
export interface Ending {
  readonly state: 'committed' | 'rejected' | 'unknown';
  readonly settlement?: Settlement;
  readonly status?: number | undefined;
  readonly sentence?: string;
}

interface ClaimRow {
  readonly kind: ClaimAnswer['kind'];
  readonly fence_token: number;
  readonly state: CallState;
  readonly exposed_ms: number | null;
  readonly result: Json;
  readonly status: number | null;
  readonly sentence: string | null;
  readonly holder_run: string;
  readonly holder_step: string;
  readonly holder_state: CallState;
}

/** The call ledger, through the functions of the gate's role alone. */
export class Ledger {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Claims a call for an owner, or answers what is there. */
  async claim(prepared: PreparedCall, owner: OwnerId): Promise<ClaimAnswer> {
    const { call } = prepared;
    const [row] = await this.#database.query<ClaimRow>(CLAIM, [
      owner,
      call.tenant,
      prepared.callKey,
      call.runId,
      call.stepPath,
      call.name,
      call.toolDigest,
      call.effect,
      call.class,
      prepared.route.name,
      prepared.argsDigest,
      prepared.callDigest,
      prepared.argsRef,
      Buffer.from(prepared.argsDigest, 'base64url'),
      prepared.args,
      call.facts === undefined ? null : JSON.stringify(call.facts),
      call.identity ?? null,
    ]);
    return row === undefined ? { kind: 'lease-lost' } : answerOf(row);
  }

  /** Marks that bytes may leave from now on; `false`: send nothing. */
  async markSent(claim: Claim): Promise<boolean> {
    const [row] = await this.#database.query<{ mark_sent: boolean }>(MARK_SENT, keyOf(claim));
    return row?.mark_sent === true;
  }

  /** Writes a call's end; `false`: another owner has the call, discard the answer. */
  async settle(claim: Claim, ending: Ending): Promise<boolean> {
    const { settlement } = ending;
    const blobs = (settlement?.blobs ?? []).map(({ mediaType, bytes }) => ({
      mediaType,
      bytes,
      digest: digestOf(bytes),
    }));
    const messages = settlement?.messages ?? [];
    const [row] = await this.#database.query<{ settle: boolean }>(SETTLE, [
      ...keyOf(claim),
      ending.state,
      settlement === undefined ? null : JSON.stringify(settlement.result),
      ending.status ?? null,
      sentenceOrNull(ending.sentence),
      tokensOrNull(settlement?.usage?.inputTokens),
      tokensOrNull(settlement?.usage?.outputTokens),
      settlement?.turns ?? null,
      settlement?.model === undefined ? null : oneLine(settlement.model, MAX_MODEL_NAME),
      blobs.map(({ digest }) => refOf(digest)),
      blobs.map(({ digest }) => Buffer.from(digest, 'base64url')),
      blobs.map(({ mediaType }) => mediaType),
      blobs.map(({ bytes }) => Buffer.from(bytes)),
      messages.map(({ agentPath }) => agentPath),
      messages.map(({ seq }) => seq),
      messages.map(({ ref }) => ref),
    ]);
    return row?.settle === true;
  }

  /** Gives a call up for another attempt. `nothingLeft`: no byte left under this claim. */
  async release(
    claim: Claim,
    reason: { nothingLeft: boolean; status?: number | undefined; sentence: string },
  ): Promise<boolean> {
    const values = [...keyOf(claim), reason.nothingLeft, reason.status ?? null, sentenceOrNull(reason.sentence)];
    const [row] = await this.#database.query<{ release: boolean }>(RELEASE, values);
    return row?.release === true;
  }
}

function keyOf(claim: Claim): readonly unknown[] {
  return [claim.owner, claim.prepared.call.tenant, claim.prepared.callKey, claim.fenceToken];
}

function answerOf(row: ClaimRow): ClaimAnswer {
  switch (row.kind) {
    case 'claimed':
      return { kind: 'claimed', fenceToken: row.fence_token };
    case 'taken-over':
      return {
        kind: 'taken-over',
        fenceToken: row.fence_token,
        state: row.state,
        exposedMs: row.exposed_ms ?? undefined,
      };
    case 'stored':
      return {
        kind: 'stored',
        call: {
          state: row.state,
          result: row.result,
          status: row.status ?? undefined,
          sentence: row.sentence ?? undefined,
        },
      };
    case 'in-progress':
    case 'conflict':
    case 'copied-otherwise':
      return {
        kind: row.kind,
        holder: {
          runId: row.holder_run,
          stepPath: row.holder_step,
          state: row.holder_state,
          result: row.result,
        },
      };
    case 'lease-lost':
    case 'run-ended':
      return { kind: row.kind };
  }
}

function sentenceOrNull(sentence: string | undefined): string | null {
  return sentence === undefined ? null : oneLine(sentence, MAX_SENTENCE);
}

// An endpoint may report anything; a number that does not fit must not keep a call from being settled.
function tokensOrNull(tokens: number | undefined): number | null {
  return tokens === undefined || !Number.isFinite(tokens)
    ? null
    : Math.min(Math.max(Math.round(tokens), 0), MAX_TOKENS);
}
