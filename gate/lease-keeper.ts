import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { OwnerId } from '../domain/ids.ts';
import type { Logger } from '../domain/log.ts';
import { callOf, Database } from './database.ts';
import { Lease, LEASE_MS } from './lease.ts';
import { persistently } from './retrying.ts';

const RENEW_EVERY_MS = 250;
// As long as a lease: a process that stalls for less still finds the answer waiting, on a connection that is still there.
const STATEMENT_TIMEOUT_MS = LEASE_MS;
const WAIT_FOR_LEASE_MS = 5_000;
const POLL_MS = 20;

const OPEN = callOf('open_lease', 2);
const RENEW = callOf('renew_lease', 1);
const CLOSE = callOf('close_lease', 1);

/** Keeps one lease alive over a connection of its own, and opens a new one, as a new owner, whenever one is lost. */
export class LeaseKeeper {
  readonly #database: Database;
  readonly #label: string;
  readonly #logger: Logger;
  readonly #closing = new AbortController();
  #current: Lease | undefined;
  #answeredAt = -Infinity;
  #loop: Promise<void> = Promise.resolve();

  private constructor(options: LeaseKeeperOptions) {
    this.#label = options.label;
    this.#logger = options.logger;
    this.#database = new Database({
      url: options.databaseUrl,
      poolSize: 1,
      timeoutMs: STATEMENT_TIMEOUT_MS,
      label: `${options.label} lease`,
    });
  }

  /**
   * Opens the first lease.
   * @throws JobError `unavailable` when the database cannot be reached within ten seconds
   */
  static async open(options: LeaseKeeperOptions): Promise<LeaseKeeper> {
    const keeper = new LeaseKeeper(options);
    try {
      // Nothing is lost by waiting yet, and a worker that starts on a busy machine must not end for one slow connection.
      keeper.#current = await persistently(() => keeper.#openLease());
    } catch (error) {
      await keeper.#database.close();
      throw error;
    }
    keeper.#loop = keeper.#keep();
    return keeper;
  }

  /**
   * The lease to act under.
   * @throws JobError `unavailable` when none can be had within five seconds; the signal's reason when it aborts
   */
  async live(signal: AbortSignal): Promise<Lease> {
    const until = performance.now() + WAIT_FOR_LEASE_MS;
    while (performance.now() < until && !this.#closing.signal.aborted) {
      signal.throwIfAborted();
      const lease = this.#current;
      if (lease?.isLive() === true) return lease;
      await sleep(POLL_MS);
    }
    throw new JobError(
      'unavailable',
      'This worker has no lease on calls, since its database does not answer; nothing is sent until it does.',
    );
  }

  /** Whether there is a lease to act under, and how long ago the database last answered the keeper. */
  health(): LeaseHealth {
    return { leaseLive: this.#current?.isLive() === true, answeredMsAgo: performance.now() - this.#answeredAt };
  }

  /** Gives the lease back, so that others take its calls over at once. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
    const lease = this.#current;
    lease?.lose();
    if (lease !== undefined)
      await this.#database.query(CLOSE, [lease.owner]).catch((error: unknown) => this.#warn('close', error));
    await this.#database.close();
  }

  async #keep(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const began = performance.now();
      await this.#step().catch((error: unknown) => this.#warn('renew', error));
      const rest = Math.max(10, RENEW_EVERY_MS - (performance.now() - began));
      await sleep(rest, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  async #step(): Promise<void> {
    const lease = this.#current;
    if (lease === undefined || lease.lost.aborted) {
      this.#current = await this.#openLease();
      this.#logger.warn('The lease was lost; a new one is open.', { owner: this.#current.owner });
      return;
    }
    const sentAt = performance.now();
    const [row] = await this.#database.query<{ renew_lease: boolean }>(RENEW, [lease.owner]);
    this.#answeredAt = performance.now();
    if (row?.renew_lease === true) lease.extend(sentAt);
    else lease.lose();
  }

  async #openLease(): Promise<Lease> {
    const owner = randomBytes(12).toString('base64url') as OwnerId;
    const sentAt = performance.now();
    await this.#database.query(OPEN, [owner, this.#label]);
    this.#answeredAt = performance.now();
    return new Lease(owner, sentAt);
  }

  #warn(what: string, error: unknown): void {
    this.#logger.warn(`The lease could not ${what}.`, { error: sentenceOf(error) });
  }
}

/** How a lease keeper is. */
export interface LeaseHealth {
  readonly leaseLive: boolean;
  /** In milliseconds; asked every 250 ms. */
  readonly answeredMsAgo: number;
}

/** What {@link LeaseKeeper.open} needs. */
export interface LeaseKeeperOptions {
  readonly databaseUrl: string;
  readonly label: string;
  readonly logger: Logger;
}
