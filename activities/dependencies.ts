import type { Gate } from '../gate/index.ts';
import type { DataClass } from '../domain/effects.ts';
import type { Quirk, TokenPrice } from '../domain/endpoint-quirks.ts';
import type { Logger } from '../domain/log.ts';
import type { Registry } from '../jobs/registry.ts';
import type { ModelDialect } from './models/dialect.ts';
import type { TranscriptMemory } from './transcript-memory.ts';

/** An endpoint as model calls see it: no credential. */
export interface ModelEndpoint {
  readonly id: string;
  /** The base address, such as `http://127.0.0.1:11434/v1`. */
  readonly address: string;
  readonly model: string;
  /** The data classes it may be shown. */
  readonly cleared: readonly DataClass[];
  /** How many tokens it takes in and gives out together; `undefined`: not known. */
  readonly contextTokens?: number | undefined;
  /** Longest answer, in tokens. */
  readonly maxOutputTokens?: number | undefined;
  /** Longest wait for an answer, in milliseconds; default 120,000. */
  readonly timeoutMs?: number | undefined;
  readonly price?: TokenPrice | undefined;
  readonly capabilities: { readonly tools: boolean };
  readonly quirks: readonly Quirk[];
}

/** What Activities need; composed by the worker. */
export interface ActivityDependencies {
  readonly gate: Gate;
  readonly registry: Registry;
  readonly endpoints: readonly ModelEndpoint[];
  readonly dialect: ModelDialect;
  readonly logger: Logger;
  /** What this process read of transcripts. */
  readonly transcriptMemory: TranscriptMemory;
}
