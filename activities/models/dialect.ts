import type { Json } from '../../domain/canonical.ts';
import type { Quirk } from '../../domain/endpoint-quirks.ts';

/** A message as a dialect sends it. Assistant messages go back exactly as they came, with ids made unique. */
export type ModelMessage =
  | { readonly role: 'system' | 'user'; readonly content: string }
  | { readonly role: 'assistant'; readonly raw: Json; readonly ids: readonly string[] }
  | { readonly role: 'tool'; readonly id: string; readonly content: string };

/** A tool as a model is offered it. */
export interface OfferedTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of its arguments. */
  readonly parameters: Json;
}

/** One model call. */
export interface ModelRequest {
  readonly address: string;
  readonly model: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly OfferedTool[];
  /** Longest answer, in tokens; `undefined`: the server's own bound. */
  readonly maxOutputTokens?: number | undefined;
  /** How the server differs from most. */
  readonly quirks?: readonly Quirk[];
  /** Longest wait for the answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** One tool call as the model wrote it. */
export interface AskedCall {
  /** The provider's id, or empty. */
  readonly id: string;
  readonly name: string;
  /** The arguments as text, unparsed. */
  readonly arguments: string;
  /** Set when the server sent them as an object: the text is not the model's own, and its numbers are as doubles keep them. */
  readonly wasObject?: true;
}

/** What came back. */
export interface ModelAnswer {
  /** The assistant message verbatim. */
  readonly raw: Json;
  readonly calls: readonly AskedCall[];
  readonly text: string;
  /** Set when the model refuses or a filter cut it. */
  readonly refusal: string | undefined;
  /** Whether the answer was cut at the token limit. */
  readonly cut: boolean;
  readonly model: string;
  /** Absent when the endpoint reports none. */
  readonly usage: ModelUsage | undefined;
}

/** What an endpoint reports that an answer took. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** What it had in its cache, where it says so. Some servers count it among the input tokens and some do not. */
  readonly cachedTokens: number;
}

/** How a dialect reaches the endpoint. */
export interface ModelWay {
  /** The gate's own: it reaches the chosen endpoint alone and adds the credential. */
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
  /** The call's key; sent along as the Idempotency-Key, so that an endpoint's own log can be matched with the ledger. */
  readonly key: string;
}

/** How to speak to one family of model endpoints. */
export interface ModelDialect {
  /**
   * Performs one call over the gate's fetch.
   * @throws JobError `invalid-response` when what came back is no answer of this dialect
   */
  complete(request: ModelRequest, way: ModelWay): Promise<ModelAnswer>;
}
