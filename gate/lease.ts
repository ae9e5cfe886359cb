import { JobError } from '../domain/errors.ts';
import type { OwnerId } from '../domain/ids.ts';

/** How long a lease lives, in milliseconds; the database counts the same from when the renewal arrives there. */
export const LEASE_MS = 1_000;

// Nothing is begun in the last moments: what is handed to the socket still has to be written.
const MARGIN_MS = 50;

/** One life of this process as an owner of calls, counted on the monotonic clock. Once lost it never lives again. */
export class Lease {
  readonly owner: OwnerId;
  readonly #lost = new AbortController();
  #deadline: number;
  #watch: NodeJS.Timeout | undefined;

  /** @param sentAt when the request that opened it was sent, by `performance.now()` */
  constructor(owner: OwnerId, sentAt: number) {
    this.owner = owner;
    this.#deadline = sentAt + LEASE_MS;
    this.#watchDeadline();
  }

  /** Aborts when the lease is lost, with the JobError `lease-lost` as reason. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Whether something may be begun under this lease now. To be asked in the same turn of the event loop as the act itself: a
   * process that stood still in between has lost its lease without noticing.
   */
  isLive(): boolean {
    if (this.#lost.signal.aborted) return false;
    const remaining = this.#deadline - performance.now();
    if (remaining <= 0) this.lose();
    return remaining > MARGIN_MS;
  }

  /** Counts a renewal that the database granted, from when it was sent. */
  extend(sentAt: number): void {
    if (this.#lost.signal.aborted) return;
    this.#deadline = Math.max(this.#deadline, sentAt + LEASE_MS);
    this.#watchDeadline();
  }

  /** Ends this owner: whatever is in flight under it is aborted. */
  lose(): void {
    clearTimeout(this.#watch);
    if (this.#lost.signal.aborted) return;
    this.#lost.abort(
      new JobError(
        'lease-lost',
        'This worker stood still or was cut off from its database for a second; the call is taken up again.',
      ),
    );
  }

  #watchDeadline(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.lose(), Math.max(0, this.#deadline - performance.now()));
    this.#watch.unref();
  }
}
