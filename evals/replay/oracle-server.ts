import { z } from 'zod';
import { canonicalJson, type Json } from '../../domain/canonical.ts';
import type { Answering, JsonAnswer, JsonRequest } from './serve-json.ts';

const Message = z.object({
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: z.string().nullish(),
  tool_calls: z.array(z.looseObject({ id: z.string(), function: z.object({ name: z.string() }) })).nullish(),
  tool_call_id: z.string().optional(),
});
const Offered = z.object({ name: z.string(), description: z.string().default(''), parameters: z.json() });
const CompletionRequest = z.object({
  model: z.string(),
  messages: z.array(Message),
  tools: z.array(z.object({ function: Offered })).default([]),
});

/** One message of a request, as Chat Completions has it. */
export type AskedMessage = z.infer<typeof Message>;

/** What an oracle is asked, apart from what it may not know. */
export interface OracleQuestion {
  readonly messages: readonly AskedMessage[];
  /** The first user message: what the agent was given. */
  readonly given: string;
  /** How many answers stand in the transcript already. */
  readonly answered: number;
  /** The tool messages, and what the engine said, after the last answer; by the order of its calls. */
  readonly results: readonly string[];
  /** The offered tools, in order. */
  readonly tools: readonly z.infer<typeof Offered>[];
  readonly request: JsonRequest;
}

/** A tool call that an oracle makes. */
export type OracleCall = {
  readonly name: string;
  /** Default one of its own; `null`: none at all. */
  readonly id?: string | null;
} & (
  | { readonly arguments: Json }
  /** The text of the arguments, sent as it is. */
  | { readonly raw: string }
);

/** What an oracle says. */
export interface OracleAnswer {
  readonly calls?: readonly OracleCall[];
  readonly text?: string;
  /** Default `tool_calls` or `stop`. */
  readonly finishReason?: string;
  /** Whether usage is left out. */
  readonly withoutUsage?: boolean;
  /** Instead of the one choice: none. */
  readonly withoutChoices?: boolean;
}

/** Decides by the question alone; another answer than a completion is sent as it is. */
export type Oracle = (
  question: OracleQuestion,
) => OracleAnswer | { readonly http: JsonAnswer } | Promise<OracleAnswer | { readonly http: JsonAnswer }>;

/**
 * Speaks Chat Completions for an oracle: a model that knows what is to be said. Stateless: the same request, the same answer.
 * Everything but `POST …/chat/completions` goes to `others`.
 */
export function oracleServer(oracle: Oracle, others: Answering = () => ({ status: 404 })): Answering {
  return async (request) => {
    if (request.method !== 'POST' || !request.path.endsWith('/chat/completions')) return others(request);
    const parsed = CompletionRequest.safeParse(request.body);
    if (!parsed.success) return { status: 400, body: { error: { message: z.prettifyError(parsed.error) } } };
    const question = questionOf(parsed.data, request);
    const answer = await oracle(question);
    return 'http' in answer ? answer.http : { body: completionOf(parsed.data.model, question, answer) };
  };
}

/** The body of a completion. */
export function completionOf(
  model: string,
  question: Pick<OracleQuestion, 'messages' | 'answered'>,
  answer: OracleAnswer,
): Json {
  const calls = (answer.calls ?? []).map((call, index) => {
    const id = call.id === undefined ? `oracle_${question.answered}_${index}` : call.id;
    const named = { name: call.name, arguments: 'raw' in call ? call.raw : JSON.stringify(call.arguments) };
    return { ...(id === null ? {} : { id }), type: 'function', function: named };
  });
  const message = {
    role: 'assistant',
    content: answer.text ?? null,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
  const finish_reason = answer.finishReason ?? (calls.length === 0 ? 'stop' : 'tool_calls');
  const read = tokensIn(canonicalJson(question.messages));
  const said = tokensIn(canonicalJson(message));
  const usage = { prompt_tokens: read, completion_tokens: said, total_tokens: read + said };
  return {
    id: `oracle-${question.answered}`,
    object: 'chat.completion',
    created: 0,
    model,
    choices: answer.withoutChoices === true ? [] : [{ index: 0, message, finish_reason }],
    ...(answer.withoutUsage === true ? {} : { usage }),
  };
}

function questionOf({ messages, tools }: z.infer<typeof CompletionRequest>, request: JsonRequest): OracleQuestion {
  const last = messages.findLastIndex((message) => message.role === 'assistant');
  return {
    messages,
    given: messages.find((message) => message.role === 'user')?.content ?? '',
    answered: messages.filter((message) => message.role === 'assistant').length,
    results: last === -1 ? [] : messages.slice(last + 1).map((message) => message.content ?? ''),
    tools: tools.map((tool) => tool.function),
    request,
  };
}

const CHARACTERS_PER_TOKEN = 2;

// More than the engine's own lower bound: an endpoint that reports too few seems to have cut its input short.
function tokensIn(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
