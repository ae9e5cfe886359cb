import { JobError } from '../domain/errors.ts';

const WINDOW_MS = 1_000;
/** How long a token that was right is known without being counted, in milliseconds. */
const KNOWN_MS = 60_000;
const MOST_KNOWN = 10_000;
const MOST_ADDRESSES = 10_000;

interface Window {
  readonly since: number;
  failed: number;
}

/**
 * Bounds how often one address may present tokens that are none: each costs a query of the database. Who presents one that was right
 * within the last minute is not held up by others at the same address.
 */
export class GuessLimit {
  readonly #most: number;
  readonly #failed = new Map<string, Window>();
  readonly #known = new Map<string, number>();

  /** @param most how many wrong tokens an address may present within a second */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param token what tells tokens apart, such as the digest
   * @throws JobError `rate-limited` when the address has guessed too often
   */
  check(address: string, token: string): void {
    const window = this.#failed.get(address);
    if (window === undefined || window.since + WINDOW_MS <= performance.now() || window.failed < this.#most) return;
    if ((this.#known.get(token) ?? 0) > performance.now()) return;
    throw new JobError(
      'rate-limited',
      `More than ${this.#most} requests with wrong tokens came from this address within a second; wait a second and log in.`,
    );
  }

  /** Counts a wrong token. */
  failed(address: string): void {
    const now = performance.now();
    const window = this.#failed.get(address);
    if (window !== undefined && window.since + WINDOW_MS > now) window.failed += 1;
    else {
      bound(this.#failed, MOST_ADDRESSES);
      this.#failed.set(address, { since: now, failed: 1 });
    }
  }

  /** Notes a token that was right. */
  succeeded(token: string): void {
    this.#known.delete(token);
    bound(this.#known, MOST_KNOWN);
    this.#known.set(token, performance.now() + KNOWN_MS);
  }
}

// The oldest goes first: a Map keeps the order in which its keys came.
function bound(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size >= most && oldest !== undefined) map.delete(oldest);
}
