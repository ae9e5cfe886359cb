import { createHash } from 'node:crypto';
import type { Spoken, SpokenCall } from './spoken.ts';

/** Name under which the model answers, whatever name was asked for. */
export const MODEL_NAME = 'SIMULATED-reader-1';

/** Characters that count as one token: the usual estimate for English text. */
const CHARACTERS_PER_TOKEN = 4;

interface ToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

/** A chat completion as OpenAI answers it. Usage is estimated from characters. */
export interface Completion {
  id: string;
  object: 'chat.completion';
  /** Seconds since 1970. */
  created: number;
  model: string;
  choices: [
    {
      index: 0;
      message: { role: 'assistant'; content: string | null; refusal: string | null; tool_calls?: ToolCall[] };
      logprobs: null;
      finish_reason: 'stop' | 'tool_calls';
    },
  ];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** What a completion answers. */
export interface Answered {
  /** The request body: ids derive from it, so that the same request gets the same ids and each turn others. */
  body: string;
  promptCharacters: number;
}

/** Wraps what is said as a chat completion. */
export function toCompletion(said: Spoken, { body, promptCharacters }: Answered): Completion {
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 24);
  const toolCalls =
    said.kind === 'calls' ? said.calls.map((call, index) => toToolCall(call, `call_${digest}_${index}`)) : [];
  const content = said.kind === 'text' ? said.text : null;
  const refusal = said.kind === 'refusal' ? said.refusal : null;
  const called = toolCalls.length > 0;
  const message = { role: 'assistant' as const, content, refusal, ...(called && { tool_calls: toolCalls }) };
  const spoken = toolCalls.map((call) => call.function.name + call.function.arguments).join('');
  return {
    id: `chatcmpl-${digest}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1_000),
    model: MODEL_NAME,
    choices: [{ index: 0, message, logprobs: null, finish_reason: called ? 'tool_calls' : 'stop' }],
    usage: usageOf(promptCharacters, `${spoken}${content ?? ''}${refusal ?? ''}`.length),
  };
}

function toToolCall({ name, arguments: given }: SpokenCall, id: string): ToolCall {
  return { id, type: 'function', function: { name, arguments: given } };
}

function usageOf(promptCharacters: number, completionCharacters: number): Completion['usage'] {
  const promptTokens = Math.ceil(promptCharacters / CHARACTERS_PER_TOKEN);
  const completionTokens = Math.ceil(completionCharacters / CHARACTERS_PER_TOKEN);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
