import { isDeepStrictEqual } from 'node:util';
import type { Message, ModelCall } from './transcripts.ts';

/** How an injected error was caught. */
export type Catch =
  /** A tool error told the model. */
  | 'tool-error'
  /** A verifier found the output wrong. */
  | 'finding'
  /** The run needed a person, and booked nothing. */
  | 'person'
  /** A read was made that had been made, or was made again as it was meant; what it altered was not used. */
  | 'asked-again'
  /** A read found what it would have found anyhow; the output was then judged, and the books are right. */
  | 'no-effect';

/** What is known of the run in which an error was made. */
export interface RunOfError {
  readonly neededPerson: boolean;
  readonly booked: boolean;
  /** Whether its document ended as expected, by the books. */
  readonly asExpected: boolean;
}

const SUBMIT = 'submit';

type Assistant = Extract<Message, { role: 'assistant' }>;

/** An answer of the model with what was said before its next one. */
interface Turn {
  readonly said: Assistant;
  readonly replies: readonly Message[];
}

/** How the error in a model's answer was caught; `undefined` when it was not. */
export function catchOf(
  { transcript, turn }: Pick<ModelCall, 'transcript' | 'turn'>,
  run: RunOfError,
): Catch | undefined {
  const turns = turnsOf(transcript);
  const altered = turns[turn - 1];
  const stopped = run.neededPerson && !run.booked ? 'person' : undefined;
  if (altered === undefined) return stopped;
  const replies = altered.replies.flatMap((message) => (message.role === 'tool' ? [jsonOf(message.content)] : []));
  if (replies.some((reply) => reply['error'] !== undefined)) return 'tool-error';
  if (replies.some((reply) => reply['accepted'] === false)) return 'finding';
  const calls = callsOf(altered);
  // A final output that nobody objected to went on to be booked.
  if (calls.length === 0 || calls.some(({ name }) => name === SUBMIT)) return stopped;
  if (wasAskedAgain(turns, turn)) return 'asked-again';
  if (stopped !== undefined) return stopped;
  const judged = turns.slice(turn).some((later) => callsOf(later).some(({ name }) => name === SUBMIT));
  return judged && run.asExpected ? 'no-effect' : undefined;
}

interface AnsweredCall {
  readonly name: string;
  readonly arguments: unknown;
  readonly reply: string;
}

/** Whether one of a turn's reads stands elsewhere with the same reply, or was made later with other arguments. */
function wasAskedAgain(turns: readonly Turn[], turn: number): boolean {
  const own = callsOf(turns[turn - 1]);
  const later = turns.slice(turn).flatMap(callsOf);
  const others = [...turns.slice(0, turn - 1).flatMap(callsOf), ...later];
  const same = (one: AnsweredCall, other: AnsweredCall): boolean => one !== other && isDeepStrictEqual(one, other);
  return own.some(
    (call) =>
      [...own, ...others].some((other) => same(call, other)) ||
      later.some(({ name, arguments: given }) => name === call.name && !isDeepStrictEqual(given, call.arguments)),
  );
}

function turnsOf(transcript: readonly Message[]): readonly Turn[] {
  const turns: { said: Assistant; replies: Message[] }[] = [];
  for (const message of transcript) {
    if (message.role === 'assistant') turns.push({ said: message, replies: [] });
    else turns.at(-1)?.replies.push(message);
  }
  return turns;
}

function callsOf(turn: Turn | undefined): readonly AnsweredCall[] {
  if (turn === undefined) return [];
  return turn.said.raw.tool_calls.map(({ function: called }, index) => {
    const id = turn.said.ids[index];
    const reply = turn.replies.find((message) => message.role === 'tool' && message.id === id);
    return {
      name: called.name,
      arguments: jsonOf(called.arguments),
      reply: reply?.role === 'tool' ? reply.content : '',
    };
  });
}

function jsonOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return { unparsed: text };
  }
}
