import type { WantedCall } from '../answering/decide.ts';
import type { ChatRequest } from '../serving/chat-request.ts';
import type { Spoken, SpokenCall } from '../serving/spoken.ts';
import type { Dice } from './dice.ts';

/** An answer that is to be altered. */
export interface Answer {
  readonly calls: readonly WantedCall[];
  readonly request: ChatRequest;
  readonly dice: Dice;
}

/** An altered answer with what was altered, in one sentence. */
export interface Altered {
  readonly spoken: Spoken;
  readonly what: string;
}

/** Makes an error of one kind; `undefined` where this answer leaves no room for it. */
export type Alter = (answer: Answer) => Altered | undefined;

/** The calls of an answer with one of them replaced. */
export function withCall(calls: readonly WantedCall[], index: number, call: SpokenCall): Spoken {
  return { kind: 'calls', calls: calls.map((wanted, place) => (place === index ? call : spokenCall(wanted))) };
}

/** A call as it is sent. */
export function spokenCall({ name, arguments: given }: WantedCall): SpokenCall {
  return { name, arguments: JSON.stringify(given) };
}
