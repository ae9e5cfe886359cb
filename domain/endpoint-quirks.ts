/**
 * How servers differ from what most OpenAI-compatible ones do: `no-parallel-tool-calls`: the model may ask for one tool call at a
 * time only (sends `parallel_tool_calls: false`); `max-completion-tokens`: the limit of an answer is named `max_completion_tokens`
 * there; `no-usage`: the usage it reports is missing or wrong, and is not taken in.
 */
export const QUIRKS = ['no-parallel-tool-calls', 'max-completion-tokens', 'no-usage'] as const;

/** One way in which a server differs. */
export type Quirk = (typeof QUIRKS)[number];

/** What an endpoint's tokens cost. */
export interface TokenPrice {
  /** Per million tokens. */
  readonly inputPerMillion: number;
  /** Per million tokens. */
  readonly outputPerMillion: number;
  readonly currency: 'USD';
  /** Since when, as `YYYY-MM-DD`. */
  readonly date: string;
}
