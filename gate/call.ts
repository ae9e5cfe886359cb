import type { Json } from '../domain/canonical.ts';
import type { DataClass, Effect, EffectClass } from '../domain/effects.ts';
import type { Facts } from '../domain/facts.ts';
import type { BlobRef, Digest, RunId, StepPath, Tenant } from '../domain/ids.ts';
import type { SendContext } from './send-context.ts';

/** Where a call goes: a system or an endpoint of the configuration; `undefined` for a tool that only computes. */
export type Target =
  | { readonly system: string }
  /** `lastResort`: asked also while it is failing, though not more than once a second. */
  | { readonly endpoint: string; readonly lastResort?: boolean }
  | undefined;

/** Which call: its place in its run. */
export interface CallPlace {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly stepPath: StepPath;
}

/** One model call or tool call as the gate is asked for it. */
export interface Call extends CallPlace {
  /** The tool's or agent's name. */
  readonly name: string;
  readonly toolDigest: Digest;
  readonly effect: Effect;
  readonly class: EffectClass;
  /** How long the receiver of a class A write remembers a key; without it, for as long as the ledger does. */
  readonly keyTtlMs?: number;
  readonly target: Target;
  readonly dataClass: DataClass;
  /** The arguments; the same for every attempt and every endpoint, else the call conflicts with itself. */
  readonly args: Json;
  /** What is done: two calls of one tool with one identity are one effect. */
  readonly identity?: Digest;
  readonly facts?: Facts;
  /** Longest attempt at the send, in milliseconds. */
  readonly timeoutMs: number;
}

/** What carries a call out. It may send any number of requests; the gate watches each of them. */
export interface Adapter {
  send(context: SendContext): Promise<Settlement>;
  /** Asks what an earlier send achieved; `undefined` when nothing did. Needed by class C. */
  reconcile?(context: SendContext): Promise<Settlement | undefined>;
}

/** What a call came to, as it is stored. */
export interface Settlement {
  /** A small envelope, answered again whenever the call is repeated. Its `facts`, where it has some, name it in conflicts. */
  readonly result: Json;
  /** Bytes the result refers to. */
  readonly blobs?: readonly NewBlob[];
  /** Places in transcripts that blobs take. */
  readonly messages?: readonly MessagePlace[];
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
  /** The model's name as the endpoint reported it. */
  readonly model?: string;
  /** How many turns this call adds to its run. */
  readonly turns?: number;
}

/** Bytes to be stored; their reference follows from them. */
export interface NewBlob {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** A message's place in the transcript of an agent. */
export interface MessagePlace {
  readonly agentPath: StepPath;
  readonly seq: number;
  readonly ref: BlobRef;
}
