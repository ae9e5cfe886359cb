import { JobError } from '../../domain/errors.ts';

// Less than half a second: whoever checks does nothing else meanwhile, not even say that it is alive.
const MOST_STEPS = 5_000_000;

/**
 * How much one value may take to be checked: so many steps whatever the machine, so that a value that passed once passes again. A step
 * is one place of a pattern at one character, one character of a text that is compared, or one part of a value behind a `$ref`.
 */
export class SchemaWork {
  #left = MOST_STEPS;
  #parts = new WeakMap<object, number>();

  /** Begins with another value. */
  begin(): void {
    this.#left = MOST_STEPS;
    this.#parts = new WeakMap();
  }

  /** @throws JobError `too-large` when nothing is left */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0)
      throw new JobError('too-large', `it takes more than ${MOST_STEPS} steps; send less, or shorter texts`);
  }

  /** Spends a step for each part of a value, itself included. */
  spendParts(value: unknown): void {
    this.spend(this.#partsOf(value));
  }

  #partsOf(value: unknown): number {
    if (typeof value !== 'object' || value === null) return 1;
    const known = this.#parts.get(value);
    if (known !== undefined) return known;
    const parts = Object.values(value).reduce<number>((sum, part) => sum + this.#partsOf(part), 1);
    this.#parts.set(value, parts);
    return parts;
  }
}
