import type { GivenAnswer, WaitingFor } from '../client/index.ts';
import type { Json } from '../domain/canonical.ts';
import type { KillPoint } from '../gate/kill-points.ts';
import type { InputOf, Job } from '../jobs/job.ts';
import type { ToolAct } from './calls.ts';
import type { Script } from './script.ts';

/** One place where the worker process is killed with SIGKILL; another one takes over. */
export interface KillAt {
  /** The step's path, such as `postBooking` or `propose/turn-2`; an agent's name means its first model call. */
  readonly step: string;
  readonly point: KillPoint;
  /** How often, on as many attempts; 1 to 5, default 1. */
  readonly times?: number;
}

/** An external event, delivered when the run waits for it. Those of one name are delivered in order, one for each wait. */
export interface GivenSignal {
  readonly name: string;
  /** Small JSON, at most 8 KiB. */
  readonly payload?: Json;
}

/** A person's answer, given when the run asks; in order, one for each question. */
export interface GivenAnswerTo {
  readonly answer: GivenAnswer;
  /** Default `rehearsed`. */
  readonly evidence?: string;
}

/** One request as a fake receiver saw it. */
export interface ReceivedRequest {
  readonly system: string;
  /** The name of the tool that asks. */
  readonly tool: string;
  readonly act: ToolAct;
  /** The step path of the call. */
  readonly step: string;
  readonly method: string;
  /** Without the system's address and the query. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The Idempotency-Key, where one was sent. */
  readonly key: string | undefined;
  readonly body: unknown;
  /** What the tool was called with. */
  readonly input: Json;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What a receiver answers: status 200 to 599, and JSON. */
export interface ReceiverAnswer {
  readonly status: number;
  readonly json?: unknown;
}

/**
 * Answers in the place of a fake receiver; `undefined` leaves a request to it. A request whose key the receiver has answered
 * before with 2xx gets that answer again and is not asked about.
 */
export type Receiver = (request: ReceivedRequest) => ReceiverAnswer | undefined | Promise<ReceiverAnswer | undefined>;

/** What {@link rehearse} takes. */
export interface RehearseOptions<J extends Job> {
  /** The job's folder, which holds `job.ts` and `workflow.ts`: a file URL or a path. */
  readonly folder: URL | string;
  readonly input: InputOf<J>;
  /** What the model answers, for each agent that asks one. */
  readonly script?: Script<J>;
  readonly killAt?: readonly KillAt[];
  readonly signals?: readonly GivenSignal[];
  readonly answers?: readonly GivenAnswerTo[];
  /** By the name of the system; default a receiver that is made from the tools' schemas. */
  readonly receivers?: Readonly<Record<string, Receiver>>;
  /** The path of the step before which the run is cancelled. */
  readonly cancelAt?: string;
  /** How long the run may take, in milliseconds, 1 to 600,000; default 30,000 and 15,000 more for each kill. */
  readonly timeoutMs?: number;
}

/** What a receiver did for one call. */
export interface Effect {
  /** The tool's name. */
  readonly tool: string;
  /** The call's key. */
  readonly key: string;
  /** How often the receiver acted on it; 1 unless a repeat was not recognised. */
  readonly times: number;
  readonly input: Json;
}

/** What a rehearsal came to. */
export interface Rehearsed<Out = unknown> {
  /** `waiting`: for something that the rehearsal does not give; the run was then cancelled. */
  readonly status: 'completed' | 'failed' | 'cancelled' | 'waiting';
  /** Why the run ended, when it did not complete. */
  readonly end?: { readonly code: string; readonly sentence: string };
  /** What the run waits for; with the status `waiting` alone. */
  readonly waitingFor?: WaitingFor;
  /** What a completed run ended with, parsed by the job's output schema. */
  readonly result?: Out;
  /** In the order in which the receivers first acted. */
  readonly effects: readonly Effect[];
  /** Every request that reached a receiver, in order. */
  readonly requests: readonly ReceivedRequest[];
  /** Model calls that were answered. */
  readonly modelCalls: number;
  readonly kills: readonly { readonly step: string; readonly point: KillPoint }[];
  /** The paths of the calls, in the order in which they were first made; checks and verifications make none of their own. */
  readonly steps: readonly string[];
  /** From the start of the run to its end; bringing up stack and worker does not count. */
  readonly durationMs: number;
}
