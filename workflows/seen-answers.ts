/** How often an agent asked what and got which answer, as it is handed over. */
export type SeenCounts = { readonly [mark: string]: number };

// All of them must stay small in the history of each part: about 2 KiB.
const MOST = 100;
// What a mark begins with, a letter: an object would put names that are numbers first.
const READ = 'r';
const OTHER = 's';

/** What was said, with its answer, and whether it only reads. */
export interface Said {
  readonly what: string;
  readonly isRead: boolean;
}

/** How often the same was said: in this execution and as it was handed over, and since reads were forgotten. */
export interface Counted {
  readonly ever: number;
  readonly lately: number;
}

/** Counts calls with their answers; of very many the oldest are forgotten. */
export class SeenAnswers {
  readonly #ever: Map<string, number>;
  readonly #lately: Map<string, number>;

  constructor(counts: SeenCounts = {}) {
    const handed = Object.entries(counts);
    this.#lately = new Map(handed);
    this.#ever = new Map(handed.map(([mark, count]) => [mark.slice(1), count]));
  }

  /** Counts one more of the same. */
  count({ what, isRead }: Said): Counted {
    const digest = digestOf(what);
    const other = `${OTHER}${digest}`;
    const mark = isRead ? `${READ}${digest}` : other;
    // Versions before handed reads over like everything else.
    const before = this.#lately.get(mark) ?? this.#lately.get(other) ?? 0;
    this.#lately.delete(other);
    return {
      ever: put(this.#ever, digest, (this.#ever.get(digest) ?? 0) + 1),
      lately: put(this.#lately, mark, before + 1),
    };
  }

  /** Begins to count all reads anew. */
  forgetReads(): void {
    for (const mark of this.#lately.keys()) if (mark.startsWith(READ)) this.#lately.delete(mark);
  }

  /** Everything counted, small enough to hand over. */
  get counts(): SeenCounts {
    return Object.fromEntries(this.#lately);
  }
}

function put(counts: Map<string, number>, mark: string, count: number): number {
  // Last seen last, also when it was seen before.
  counts.delete(mark);
  counts.set(mark, count);
  const [oldest] = counts.keys();
  if (counts.size > MOST && oldest !== undefined) counts.delete(oldest);
  return count;
}

// Enough to tell a few hundred texts apart; the sandbox has no digests. Twice FNV-1a of 32 bits, from either end.
// Source: https://datatracker.ietf.org/doc/html/rfc9923
function digestOf(text: string): string {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return `${fnv(codes).toString(36)}${fnv(codes.toReversed()).toString(36)}`;
}

function fnv(codes: readonly number[]): number {
  return codes.reduce((hash, code) => Math.imul(hash ^ code, 0x01000193), 0x811c9dc5) >>> 0;
}
