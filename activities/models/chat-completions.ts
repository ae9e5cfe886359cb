import type OpenAI from 'openai';
import type { ChatCompletion, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { canonicalJson, type Json } from '../../domain/canonical.ts';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { askedCalls } from './asked-calls.ts';
import type { ModelAnswer, ModelDialect, ModelMessage, ModelRequest, ModelUsage } from './dialect.ts';

/**
 * OpenAI's Chat Completions, as most servers speak it. The client's own retries are off: the gate decides what a failure
 * means, and its fetch adds the credential.
 * Source: https://platform.openai.com/docs/api-reference/chat
 */
export const chatCompletions: ModelDialect = {
  async complete(request, way) {
    // Loaded for the first call: a worker, which may have been started in another's place, is ready the sooner.
    const { default: Client } = await import('openai');
    const client = new Client({
      apiKey: 'added-by-the-gate',
      baseURL: request.address,
      fetch: way.fetch,
      maxRetries: 0,
      timeout: request.timeoutMs,
      // What the environment of this process says to the client is not for it.
      organization: null,
      project: null,
      logLevel: 'off',
    });
    const body = {
      model: request.model,
      messages: request.messages.map(toParam),
      tools: request.tools.map((tool) => ({
        type: 'function' as const,
        function: { ...tool, parameters: asParameters(tool.parameters) },
      })),
      ...limitOf(request),
      ...(request.quirks?.includes('no-parallel-tool-calls') === true ? { parallel_tool_calls: false } : {}),
    };
    try {
      return answerOf(
        request,
        await client.chat.completions.create(body, { signal: way.signal, headers: { 'idempotency-key': way.key } }),
      );
    } catch (error) {
      throw asTheGateKnowsIt(request, error, Client);
    }
  },
};

// The client wraps what the gate's fetch throws, and says nothing of its own about an answer that is no JSON.
function asTheGateKnowsIt(request: ModelRequest, error: unknown, Client: typeof OpenAI): unknown {
  if (error instanceof Client.APIConnectionError) return error.cause ?? error;
  if (error instanceof SyntaxError) return noAnswer(request, error);
  return error;
}

function noAnswer(request: ModelRequest, cause?: unknown): JobError {
  const sentence = `The endpoint at ${originOf(request.address)} answered without a message; is it an OpenAI-compatible server?`;
  return new JobError('invalid-response', sentence, { cause });
}

function answerOf(request: ModelRequest, completion: ChatCompletion): ModelAnswer {
  const choice = isRecord(completion) && Array.isArray(completion.choices) ? completion.choices[0] : undefined;
  if (!isRecord(choice) || !isRecord(choice.message)) throw noAnswer(request);
  const { message, finish_reason: reason } = choice;
  const { usage } = completion;
  const raw = keepable(request, message);
  return {
    raw,
    calls: askedCalls(raw),
    text: typeof message.content === 'string' ? message.content : '',
    refusal: refusalOf(message, reason),
    cut: reason === 'length',
    model: typeof completion.model === 'string' ? completion.model : request.model,
    usage: request.quirks?.includes('no-usage') === true ? undefined : usageOf(usage),
  };
}

// Servers name what they had cached in several ways.
function usageOf(usage: unknown): ModelUsage | undefined {
  if (!isRecord(usage)) return undefined;
  const details = isRecord(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  const cached = [details['cached_tokens'], usage['cache_read_input_tokens'], usage['prompt_cache_hit_tokens']];
  return {
    inputTokens: tokens(usage['prompt_tokens']),
    outputTokens: tokens(usage['completion_tokens']),
    cachedTokens: Math.max(...cached.map(tokens)),
  };
}

function limitOf({ maxOutputTokens, quirks = [] }: ModelRequest): Record<string, number> {
  if (maxOutputTokens === undefined) return {};
  return { [quirks.includes('max-completion-tokens') ? 'max_completion_tokens' : 'max_tokens']: maxOutputTokens };
}

// Nested too deeply, or with half a character: such an answer is as good as none.
function keepable(request: ModelRequest, message: unknown): Json {
  try {
    return JSON.parse(canonicalJson(message)) as Json;
  } catch (cause) {
    const sentence = `The endpoint at ${originOf(request.address)} answered with a message that cannot be kept: ${sentenceOf(cause)}`;
    throw new JobError('invalid-response', sentence, { cause });
  }
}

function refusalOf(message: ChatCompletion['choices'][number]['message'], reason: string): string | undefined {
  if (typeof message.refusal === 'string' && message.refusal !== '') return message.refusal;
  return reason === 'content_filter' ? 'a content filter of the endpoint cut the answer' : undefined;
}

function toParam(message: ModelMessage): ChatCompletionMessageParam {
  switch (message.role) {
    case 'system':
    case 'user':
      return { role: message.role, content: message.content };
    case 'tool':
      return { role: 'tool', tool_call_id: message.id, content: message.content };
    case 'assistant':
      return assistantParam(message);
    default:
      throw new JobError('internal', 'The transcript holds a message of an unknown role.');
  }
}

// The endpoint's own words go back to it, unknown fields included; only missing or repeated ids are replaced.
function assistantParam(message: Extract<ModelMessage, { role: 'assistant' }>): ChatCompletionMessageParam {
  const raw = isRecord(message.raw) ? message.raw : {};
  const calls = Array.isArray(raw['tool_calls']) ? raw['tool_calls'] : [];
  const renamed = calls.map((call: unknown, index) => ({
    ...(isRecord(call) ? call : {}),
    type: 'function',
    id: message.ids[index],
  }));
  const { tool_calls: _, ...said } = raw;
  // Servers refuse an empty list of calls, and neither calls nor content.
  const param: unknown =
    renamed.length === 0
      ? { ...said, role: 'assistant', content: said['content'] ?? '' }
      : { ...said, role: 'assistant', tool_calls: renamed };
  return param as ChatCompletionMessageParam;
}

function asParameters(schema: Json): Record<string, unknown> {
  return isRecord(schema) ? schema : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tokens(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.round(value) : 0;
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address;
}
