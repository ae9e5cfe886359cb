import type { Json } from '../domain/canonical.ts';
import type { BlobRef, RunId, Tenant } from '../domain/ids.ts';
import type { Logger } from '../domain/log.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { NewRun } from '../domain/new-run.ts';
import type { CallAnswer, CallAnswered } from './answer-call.ts';
import type { StoredBlob } from './blobs.ts';
import type { Adapter, Call, NewBlob } from './call.ts';
import type { Destination, EndpointDestination } from './destinations.ts';
import type { CoolDown } from './endpoint-health.ts';
import type { EnteredRun } from './enter-run.ts';
import type { InquiryAnswer } from './inquiry.ts';
import type { AtKillPoint } from './kill-points.ts';
import type { LeaseHealth } from './lease-keeper.ts';
import type { Leftovers } from './leftovers.ts';
import type { CallState } from './ledger.ts';
import type { ReadBack } from './read-back.ts';
import type { RunEnd, StatusNote } from './run-progress.ts';
import type { RunKey, RunRow } from './runs.ts';
import type { PlacedMessage, TranscriptRange } from './transcripts.ts';

/** What a gate is opened with. */
export interface GateOptions {
  /** The gate's database, with the login `holdfast_gate`. */
  readonly databaseUrl: string;
  /** How this process is called in leases and connections. */
  readonly label: string;
  readonly systems: Readonly<Record<string, Destination>>;
  readonly endpoints: Readonly<Record<string, EndpointDestination>>;
  readonly logger: Logger;
  /** Connections for calls; default 4. One more keeps the lease. */
  readonly poolSize?: number;
  /** For tests that kill the process. */
  readonly at?: AtKillPoint;
}

/** Options of {@link Gate.perform}. */
export interface PerformOptions {
  /** The run is cancelled. Reads and model calls end at once; a write whose bytes have left gets five seconds to answer. */
  readonly signal: AbortSignal;
}

/** The only code that performs calls. */
export interface Gate {
  /**
   * Performs a call once, whoever asks how often: claims it, sends it, settles it, and answers the stored result afterwards.
   * A model's refusal (4xx) is answered but not stored, so that another endpoint may take the same call.
   * @throws JobError `run-ended`, `not-cleared`, `denied` (a foreign address), `invalid-config`, `invalid-input`; to be tried
   * again: `unavailable` (the database), `lease-lost`, `invalid-response` (of a read or a model); what the adapter throws before
   * anything left; the signal's reason
   */
  perform(call: Call, adapter: Adapter, options: PerformOptions): Promise<Outcome<Json>>;
  /** Writes what reading a committed call back found; answers the state it has now. */
  settleReadBack(found: ReadBack): Promise<CallState>;
  /** Settles a call whose effect was not known by what a person found out. */
  answerCall(answer: CallAnswer): Promise<CallAnswered>;
  /** The calls that runs left behind when they ended. */
  readonly leftovers: Pick<Leftovers, 'take' | 'settle' | 'looseAnswers' | 'closeAnswer'>;
  /**
   * Asks the receiver what an earlier send achieved; claims and sends nothing.
   * @throws JobError `not-cleared`, `invalid-config`; to be tried again: `unavailable`
   */
  inquire(call: Call, adapter: Adapter, options: PerformOptions): Promise<InquiryAnswer>;
  readonly blobs: {
    /** @throws JobError `corrupt-blob` when it is missing or was altered */
    get(tenant: Tenant, ref: BlobRef): Promise<StoredBlob>;
    put(tenant: Tenant, blob: NewBlob): Promise<BlobRef>;
  };
  readonly transcripts: {
    /** @throws JobError `corrupt-blob` when a message of the range is missing or was altered */
    read(range: TranscriptRange): Promise<readonly Json[]>;
    /** @throws JobError `conflict` when a place already holds another message */
    append(run: {
      readonly tenant: Tenant;
      readonly runId: RunId;
      readonly messages: readonly PlacedMessage[];
    }): Promise<void>;
  };
  readonly runs: {
    /** Enters a run that no client of ours has started, or answers the one that is there; so is one that a run asks for. */
    enter(run: NewRun): Promise<EnteredRun>;
    /** One run as lists show it; `undefined` when the tenant has none of this id. */
    find(run: RunKey): Promise<RunRow | undefined>;
    /** `false` when the run is closed or not there. */
    noteStatus(note: StatusNote): Promise<boolean>;
    /** `false` when the run has ended before or is not there. */
    close(end: RunEnd): Promise<boolean>;
  };
  /** Whether this process may act now; asks nobody. */
  health(): LeaseHealth;
  readonly endpoints: {
    /** The model endpoints that are to be left alone for now, as known at most a second ago; each request is checked anew. */
    cooling(): Promise<readonly CoolDown[]>;
  };
  /** Takes no more calls, waits up to eight seconds for those in flight, aborts the rest and gives the lease back. */
  close(): Promise<void>;
}
