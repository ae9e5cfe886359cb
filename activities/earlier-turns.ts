import { canonicalJson, type Json } from '../domain/canonical.ts';
import { READ_ON } from '../jobs/read-on.ts';
import type { Gate } from '../gate/index.ts';
import { askedCalls } from './models/asked-calls.ts';
import type { ModelMessage } from './models/dialect.ts';
import { type LeftOut, OPENING } from './shown-turns.ts';
import { readMessages } from './transcript.ts';
import type { TranscriptOf } from './transcript-memory.ts';

/** Messages with a word about the turns that are left out, at the end of what the agent was given: no message stands between others. */
export function withoutTurns(messages: readonly ModelMessage[], left: LeftOut): readonly ModelMessage[] {
  const [prompt, given, ...turns] = messages;
  if (prompt === undefined || given?.role !== 'user') return messages;
  const which = left.turns === 1 ? 'Your first turn is' : `Your first ${left.turns} turns are`;
  const note =
    `${which} not shown any more (${left.characters} characters). What you need of them again, read with ` +
    `\`${READ_ON}\`, naming the \`turn\`, 1 to ${left.turns}.`;
  return [prompt, { role: 'user', content: `${given.content}\n${note}` }, ...turns];
}

/** The text of an agent's turn before a place of its transcript: what the model said and asked for, and what it was answered. */
export async function textOfTurn(
  dependencies: { readonly gate: Pick<Gate, 'transcripts'> },
  of: TranscriptOf,
  { turn, to }: { readonly turn: number; readonly to: number },
): Promise<string | undefined> {
  const read = await dependencies.gate.transcripts.read({ ...of, from: OPENING, to });
  let count = 0;
  const messages = readMessages(read).filter((message) => {
    if (message.role === 'assistant') count += 1;
    return count === turn;
  });
  return messages.length === 0 ? undefined : canonicalJson(messages.map(told));
}

function told(message: ModelMessage): Json {
  if (message.role !== 'assistant') return { answer: message.content };
  const { raw } = message;
  const content = typeof raw === 'object' && raw !== null && 'content' in raw ? raw['content'] : undefined;
  return {
    ...(typeof content === 'string' && content !== '' ? { said: content } : {}),
    calls: askedCalls(raw).map((call) => ({ tool: call.name, arguments: call.arguments })),
  };
}
