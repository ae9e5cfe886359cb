/** How many keys are remembered; the oldest go first, and would then count anew. */
const MAX_KEYS = 100_000;

/** Numbers the different requests that come under one key; a repeated request keeps its number. */
export class RequestCounts {
  readonly #digests = new Map<string, string[]>();

  /** The place of a request, by its body's digest, among the different ones of its key, counted from 0. */
  placeOf(key: string, digest: string): number {
    const known = this.#digests.get(key);
    const place = known?.indexOf(digest) ?? -1;
    if (place >= 0) return place;
    if (known) return known.push(digest) - 1;
    const [oldest] = this.#digests.keys();
    if (this.#digests.size >= MAX_KEYS && oldest !== undefined) this.#digests.delete(oldest);
    this.#digests.set(key, [digest]);
    return 0;
  }
}
