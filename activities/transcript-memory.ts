import type { Gate } from '../gate/index.ts';
import type { RunId, StepPath, Tenant } from '../domain/ids.ts';
import type { ModelMessage } from './models/dialect.ts';
import { type LeftOut, leftOut, OPENING, type Outlined, outlineOf } from './shown-turns.ts';
import { readMessages } from './transcript.ts';

/** Whose transcript. */
export interface TranscriptOf {
  readonly tenant: Tenant;
  readonly runId: RunId;
  /** The agent's step path. */
  readonly agentPath: StepPath;
}

/** What a model is shown of a transcript. */
export interface ShownTranscript {
  /** Prompt and input, then the turns that are shown. */
  readonly messages: readonly ModelMessage[];
  readonly left: LeftOut;
}

interface Remembered {
  readonly outline: Outlined[];
  /** By place; what was left out once is not needed again. */
  readonly messages: Map<number, ModelMessage>;
}

const MAX_CHARACTERS = 32 * 1024 * 1024;
// What is remembered of a message beside its content.
const OUTLINE_CHARACTERS = 64;

/**
 * Transcripts that this process read lately, up to 32 Mi characters, so that a turn reads only what came since the last one. A
 * place of a transcript holds one message for ever, so what is remembered is what is stored.
 */
export class TranscriptMemory {
  readonly #transcripts = new Map<string, Remembered>();
  #characters = 0;

  /**
   * The messages before `cursor` that are shown within a bound, which is made of the opening's length.
   * @throws JobError `corrupt-blob` when one is missing or was altered
   */
  async shown(
    transcripts: Gate['transcripts'],
    of: TranscriptOf,
    { cursor, most }: { readonly cursor: number; readonly most: (opening: number) => number },
  ): Promise<ShownTranscript> {
    const remembered = this.#take(of);
    await readTo(transcripts, of, { remembered, cursor });
    const outline = remembered.outline.slice(0, cursor);
    const left = leftOut(outline, most(charactersOf(outline.slice(0, OPENING))));
    const messages = await between(transcripts, of, { remembered, from: left.from, cursor });
    for (const place of remembered.messages.keys())
      if (place >= OPENING && place < left.from) remembered.messages.delete(place);
    this.#keep(of, remembered);
    return { messages, left };
  }

  #take(of: TranscriptOf): Remembered {
    const key = keyOf(of);
    const found = this.#transcripts.get(key);
    if (found === undefined) return { outline: [], messages: new Map() };
    this.#transcripts.delete(key);
    this.#characters -= sizeOf(found);
    // Two attempts of one turn may run at once, each on what it read.
    return { outline: [...found.outline], messages: new Map(found.messages) };
  }

  #keep(of: TranscriptOf, remembered: Remembered): void {
    const key = keyOf(of);
    const other = this.#transcripts.get(key);
    if (other !== undefined) this.#characters -= sizeOf(other);
    this.#transcripts.delete(key);
    this.#transcripts.set(key, remembered);
    this.#characters += sizeOf(remembered);
    for (const [oldest, transcript] of this.#transcripts) {
      if (this.#characters <= MAX_CHARACTERS) break;
      this.#transcripts.delete(oldest);
      this.#characters -= sizeOf(transcript);
    }
  }
}

interface Part {
  readonly remembered: Remembered;
  readonly cursor: number;
}

async function readTo(transcripts: Gate['transcripts'], of: TranscriptOf, part: Part): Promise<void> {
  const { outline, messages } = part.remembered;
  const from = outline.length;
  if (from >= part.cursor) return;
  readMessages(await transcripts.read({ ...of, from, to: part.cursor })).forEach((message, index) => {
    outline.push(outlineOf(message));
    messages.set(from + index, message);
  });
}

/** The opening and what begins at `from`; what was dropped, because a later turn left it out, is read again. */
async function between(
  transcripts: Gate['transcripts'],
  of: TranscriptOf,
  { remembered, from, cursor }: Part & { readonly from: number },
): Promise<readonly ModelMessage[]> {
  const places = [...range(0, Math.min(OPENING, cursor)), ...range(from, cursor)];
  const gone = places.filter((place) => !remembered.messages.has(place));
  const [first] = gone;
  const last = gone.at(-1);
  if (first !== undefined && last !== undefined) {
    readMessages(await transcripts.read({ ...of, from: first, to: last + 1 })).forEach((message, index) =>
      remembered.messages.set(first + index, message),
    );
  }
  return places.flatMap((place) => remembered.messages.get(place) ?? []);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

function sizeOf({ outline, messages }: Remembered): number {
  const kept = [...messages.keys()].reduce((sum, place) => sum + (outline[place]?.characters ?? 0), 0);
  return kept + outline.length * OUTLINE_CHARACTERS;
}

function charactersOf(outline: readonly Outlined[]): number {
  return outline.reduce((sum, { characters }) => sum + characters, 0);
}

function keyOf({ tenant, runId, agentPath }: TranscriptOf): string {
  return `${tenant} ${runId} ${agentPath}`;
}
