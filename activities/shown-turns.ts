import type { ModelEndpoint } from './dependencies.ts';
import type { ModelMessage } from './models/dialect.ts';

/** How many characters of its turns an agent is shown where no endpoint says how much it takes: some 60,000 tokens. */
export const TURN_CHARACTERS = 200_000;
/** The messages before the first turn: the prompt and the input. */
export const OPENING = 2;

// Dense text, such as JSON or a script without spaces, has fewer characters to a token than prose.
const CHARACTERS_PER_TOKEN = 2;
const OUTPUT_SHARE = 4;
const LEAST_SHARE = 4;

/** What is known of one message without its content. */
export interface Outlined {
  /** Whether a turn begins with it: it is the model's own. */
  readonly begins: boolean;
  readonly characters: number;
}

/** Which turns are left out of what a model is shown: the first ones, always whole. */
export interface LeftOut {
  /** The place of the first message after the opening that is shown. */
  readonly from: number;
  /** How many turns come before it. */
  readonly turns: number;
  readonly characters: number;
}

/** What stands for a message when only its size matters. */
export function outlineOf(message: ModelMessage): Outlined {
  return message.role === 'assistant'
    ? { begins: true, characters: JSON.stringify(message.raw).length }
    : { begins: false, characters: message.content.length };
}

/** How many characters of turns may be shown to the endpoint that takes in most, beside an opening of some length. */
export function turnCharacters(
  endpoints: readonly Pick<ModelEndpoint, 'contextTokens' | 'maxOutputTokens'>[],
  opening: number,
): number {
  const most = Math.max(
    ...endpoints.map(({ contextTokens: tokens, maxOutputTokens }) =>
      tokens === undefined
        ? TURN_CHARACTERS
        : CHARACTERS_PER_TOKEN * (tokens - Math.min(maxOutputTokens ?? tokens, tokens / OUTPUT_SHARE)),
    ),
  );
  return Math.floor(Math.max(most - opening, most / LEAST_SHARE));
}

/**
 * Which turns are left out so that the others stay within a bound. It moves on only when the bound is passed, and then until half of
 * it is free, so that what is shown mostly begins with the same words and an endpoint's cache of prompts serves. What is left out
 * after some messages depends on those alone; the latest turn is always shown.
 */
export function leftOut(transcript: readonly Outlined[], most: number): LeftOut {
  const turns = turnsOf(transcript);
  let first = 0;
  let shown = 0;
  turns.forEach(({ characters }, index) => {
    shown += characters;
    if (shown <= most) return;
    while (first < index && shown > most / 2) {
      shown -= turns[first]?.characters ?? 0;
      first += 1;
    }
  });
  const before = turns.slice(0, first);
  return {
    from: turns[first]?.from ?? OPENING,
    turns: first,
    characters: before.reduce((sum, turn) => sum + turn.characters, 0),
  };
}

function turnsOf(transcript: readonly Outlined[]): readonly { from: number; characters: number }[] {
  const turns: { from: number; characters: number }[] = [];
  transcript.forEach(({ begins, characters }, place) => {
    const last = turns.at(-1);
    if (begins) turns.push({ from: place, characters });
    else if (last !== undefined) last.characters += characters;
  });
  return turns;
}
