import { post, type ErrorBody, type ModelProcess } from './model-process.ts';

/** A tool call as the model answers it. */
interface RawCall {
  id: string;
  type: string;
  function: { name: string; arguments: string };
}

/** The parts of a chat completion that tests look at. */
export interface Completion {
  id: string;
  model: string;
  choices: {
    message: { role: string; content: string | null; tool_calls?: RawCall[] };
    finish_reason: string;
  }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** A message of a request. */
export type Message = Record<string, unknown> & { role: string };

/** A tool as the API takes it. */
export interface Tool {
  type: 'function';
  function: { name: string; description: string; parameters: { required: string[] } };
}

/** Declares a tool whose properties are all required. */
export function tool(name: string, description: string, properties: Record<string, object>): Tool {
  const parameters = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
  return { type: 'function', function: { name, description, parameters } };
}

/** The same tool with some properties made optional. */
export function withOptional(declared: Tool, optional: readonly string[]): Tool {
  const { parameters, ...rest } = declared.function;
  const required = parameters.required.filter((name) => !optional.includes(name));
  return { type: 'function', function: { ...rest, parameters: { ...parameters, required } } };
}

/** The first messages of a job: what to do, then the document, marked as untrusted. */
export function opening(
  document: string,
  mediaType = 'application/xml',
  instructions = 'Propose a booking.',
): Message[] {
  const shown = `Untrusted document, media type ${mediaType}, between the markers:\n<<<\n${document}\n>>>`;
  return [
    { role: 'system', content: instructions },
    { role: 'user', content: shown },
  ];
}

/** One tool call, parsed. */
interface Call {
  name: string;
  arguments: Record<string, unknown>;
}

/** One answer of the model. */
export interface Turn {
  calls: Call[];
  text: string | null;
  finish: string;
  completion: Completion;
}

/** Asks the model for its next turn. */
export async function ask(
  model: ModelProcess,
  messages: readonly Message[],
  request: { tools?: readonly Tool[] } & Record<string, unknown> = {},
): Promise<Turn> {
  const { status, body } = await post<Completion & ErrorBody>(model, '/v1/chat/completions', {
    model: 'any',
    messages,
    ...request,
  });
  const [choice] = status === 200 ? body.choices : [];
  if (!choice) throw new Error(`The model answered ${status}: ${JSON.stringify(body)}`);
  const calls = (choice.message.tool_calls ?? []).map(({ function: called }) => ({
    name: called.name,
    arguments: JSON.parse(called.arguments) as Record<string, unknown>,
  }));
  return { calls, text: choice.message.content, finish: choice.finish_reason, completion: body };
}

/** Answers all calls of a turn: the result of each tool by its name, objects as JSON. */
export function answered(turn: Turn, results: Record<string, unknown>): Message[] {
  const message = turn.completion.choices[0]?.message;
  const calls = message?.tool_calls ?? [];
  return [
    { ...message, role: 'assistant' },
    ...calls.map(({ id, function: { name } }) => {
      const result = results[name];
      return { role: 'tool', tool_call_id: id, content: typeof result === 'string' ? result : JSON.stringify(result) };
    }),
  ];
}

/** The arguments of the only call in a turn to a tool. */
export function argumentsOf(turn: Turn, name: string): Record<string, unknown> | undefined {
  const calls = turn.calls.filter((call) => call.name === name);
  return calls.length === 1 ? calls[0]?.arguments : undefined;
}
