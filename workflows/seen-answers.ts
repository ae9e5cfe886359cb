/** How often an agent asked what and got which answer, as it is handed over. */
export type SeenCounts = { readonly [mark: string]: number };

// All of them must stay small in the history of each part: about 5 KiB.
const MOST = 300;

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

// 53 bits are enough to tell a few hundred texts apart; the sandbox has no digests. It begins with a letter: an object would
// put names that are numbers first. Source: https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js
function markOf(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return `s${(4294967296 * (2097151 & low) + (high >>> 0)).toString(36)}`;
}
