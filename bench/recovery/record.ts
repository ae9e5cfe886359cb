import { readFile } from 'node:fs/promises';

/** One line of the receiver's record: what happened to a request, in the order in which it happened. */
export interface Entry {
  /**
   * `effect`: the first request with its key. `repeat`: a further one, which is answered with what the first one did.
   * `broken`: whoever had sent it was gone before the answer.
   */
  readonly kind: 'effect' | 'repeat' | 'broken';
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly key: string;
  readonly run: string;
  readonly step: number;
}

/** Reads what a receiver has recorded so far; a line that is just being written is left out. */
export async function readRecord(path: string): Promise<readonly Entry[]> {
  const text = await readFile(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry);
}
