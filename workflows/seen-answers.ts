/** How often an agent asked what and got which answer, as it is handed over. */
export type SeenCounts = { readonly [mark: string]: number };

// All of them must stay small in the history of each part: about 2 KiB.
const MOST = 100;

/** Counts calls with their answers; of very many the oldest are forgotten. */
export class SeenAnswers {
  readonly #counts: Map<string, number>;

  constructor(counts: SeenCounts = {}) {
    this.#counts = new Map(Object.entries(counts));
  }

  /** Counts one more of the same; gives how many there were. */
  count(what: string): number {
    const mark = markOf(what);
    const count = (this.#counts.get(mark) ?? 0) + 1;
    // Last seen last, also when it was seen before.
    this.#counts.delete(mark);
    this.#counts.set(mark, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }

  /** Everything counted, small enough to hand over. */
  get counts(): SeenCounts {
    return Object.fromEntries(this.#counts);
  }
}

// Enough to tell a few hundred texts apart; the sandbox has no digests. It begins with a letter: an object would put names that are
// numbers first. Twice FNV-1a of 32 bits, from either end. Source: https://datatracker.ietf.org/doc/html/rfc9923
function markOf(text: string): string {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return `s${fnv(codes).toString(36)}${fnv(codes.toReversed()).toString(36)}`;
}

function fnv(codes: readonly number[]): number {
  return codes.reduce((hash, code) => Math.imul(hash ^ code, 0x01000193), 0x811c9dc5) >>> 0;
}
