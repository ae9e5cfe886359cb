import { createHash } from 'node:crypto';

const BYTES = 6;

/** Decides by hashes alone: what it was made from, and how often it was asked, give the same every time. */
export class Dice {
  readonly #cast: readonly (string | number)[];
  #asked = 0;

  constructor(...cast: readonly (string | number)[]) {
    this.#cast = cast;
  }

  /** A number from 0 up to, not with, 1. */
  fraction(): number {
    const text = JSON.stringify([...this.#cast, this.#asked]);
    this.#asked += 1;
    return createHash('sha256').update(text).digest().readUIntBE(0, BYTES) / 2 ** (8 * BYTES);
  }

  /** A whole number from 0 up to, not with, `bound`. */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  /** One of a list; `undefined` when it is empty. */
  pick<Value>(list: readonly Value[]): Value | undefined {
    return list[this.below(list.length)];
  }

  /** The list in another order. */
  shuffled<Value>(list: readonly Value[]): Value[] {
    return list
      .map((value) => ({ value, place: this.fraction() }))
      .toSorted((one, other) => one.place - other.place)
      .map(({ value }) => value);
  }
}
