import { setTimeout as sleep } from 'node:timers/promises';
import type { Json } from '../domain/canonical.ts';
import { JobError } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { answerCall } from './answer-call.ts';
import { getBlob, putBlob } from './blobs.ts';
import type { Adapter, Call } from './call.ts';
import { Database } from './database.ts';
import { Destinations } from './destinations.ts';
import { Dispatcher } from './dispatcher.ts';
import { EndpointHealth } from './endpoint-health.ts';
import { RunEntry } from './enter-run.ts';
import type { Gate, GateOptions, PerformOptions } from './gate.ts';
import { inquire, type InquiryAnswer } from './inquiry.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Leftovers } from './leftovers.ts';
import { Ledger } from './ledger.ts';
import { Performer } from './performer.ts';
import { prepareCall } from './prepared-call.ts';
import { settleReadBack } from './read-back.ts';
import { retryingBriefly } from './retrying.ts';
import { closeRun, noteStatus } from './run-progress.ts';
import { findRun } from './runs.ts';
import { appendMessages, readTranscript } from './transcripts.ts';
import { Turnstile } from './turnstile.ts';

// Claims are short: more connections would only keep more of the database's plans out of its caches.
const DEFAULT_POOL_SIZE = 4;
const STATEMENT_TIMEOUT_MS = 5_000;
const DRAIN_MS = 8_000;

/**
 * Opens the gate of this process: connections, a lease as an owner of calls, and the dispatcher.
 * @throws JobError `invalid-config` for an address that cannot be used, `unavailable` when the database does not answer
 */
export async function openGate(options: GateOptions): Promise<Gate> {
  const destinations = new Destinations(options);
  const { databaseUrl, label, logger } = options;
  const leases = await LeaseKeeper.open({ databaseUrl, label, logger });
  const database = new Database({
    url: databaseUrl,
    poolSize: options.poolSize ?? DEFAULT_POOL_SIZE,
    timeoutMs: STATEMENT_TIMEOUT_MS,
    label,
  });
  const health = new EndpointHealth({ database, logger, endpoints: options.endpoints });
  await readmitted(health, database, leases);
  const entry = new RunEntry(database, (run) => findRun(database, run));
  const calls = new Calls({ destinations, leases, database, health, at: options.at });
  return {
    perform: (call, adapter, performOptions) => calls.perform(call, adapter, performOptions),
    settleReadBack: (found) => settleReadBack(database, found),
    answerCall: (answer) => answerCall(database, answer),
    blobs: {
      get: (tenant, ref) => getBlob(database, tenant, ref),
      put: (tenant, blob) => putBlob(database, tenant, blob),
    },
    transcripts: { read: (range) => readTranscript(database, range), append: (run) => appendMessages(database, run) },
    runs: {
      enter: (run) => entry.enter(run),
      find: (run) => findRun(database, run),
      noteStatus: (note) => noteStatus(database, note),
      close: (end) => closeRun(database, end),
    },
    leftovers: new Leftovers(database),
    inquire: (call, adapter, inquiryOptions) => calls.inquire(call, adapter, inquiryOptions),
    health: () => leases.health(),
    endpoints: { cooling: () => health.cooling() },
    close: () => calls.close(),
  };
}

async function readmitted(health: EndpointHealth, database: Database, leases: LeaseKeeper): Promise<void> {
  try {
    await retryingBriefly(() => health.readmit());
  } catch (error) {
    await leases.close();
    await database.close();
    throw error;
  }
}

interface CallsParts {
  readonly destinations: Destinations;
  readonly leases: LeaseKeeper;
  readonly database: Database;
  readonly health: EndpointHealth;
  readonly at: GateOptions['at'];
}

// Calls in flight, one at a time for each key, until the gate closes.
class Calls {
  readonly #parts: CallsParts;
  readonly #dispatcher = new Dispatcher();
  readonly #performer: Performer;
  readonly #turnstile = new Turnstile();
  readonly #inFlight = new Set<Promise<unknown>>();
  #closed: Promise<void> | undefined;

  constructor(parts: CallsParts) {
    this.#parts = parts;
    const { database, leases, health, at } = parts;
    this.#performer = new Performer({ ledger: new Ledger(database), dispatcher: this.#dispatcher, health, at }, leases);
  }

  async perform(call: Call, adapter: Adapter, { signal }: PerformOptions): Promise<Outcome<Json>> {
    this.#checkOpen(signal);
    const prepared = prepareCall(call, this.#parts.destinations);
    return this.#during(
      this.#turnstile.pass(prepared.callKey, signal, () => this.#performer.perform({ prepared, adapter, signal })),
    );
  }

  async inquire(call: Call, adapter: Adapter, { signal }: PerformOptions): Promise<InquiryAnswer> {
    this.#checkOpen(signal);
    const { destinations, leases } = this.#parts;
    return this.#during(inquire({ destinations, leases, dispatcher: this.#dispatcher }, { call, adapter, signal }));
  }

  #checkOpen(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#closed !== undefined)
      throw new JobError('unavailable', 'This worker is closing and takes no more calls; another one does.');
  }

  async #during<Value>(work: Promise<Value>): Promise<Value> {
    this.#inFlight.add(work);
    try {
      return await work;
    } finally {
      this.#inFlight.delete(work);
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.#drained(), sleep(DRAIN_MS, undefined, { signal: over.signal }).catch(() => undefined)]);
    over.abort();
    // Aborts what is left; it is released before the connections end.
    await this.#parts.leases.close();
    await this.#drained();
    await this.#dispatcher.close();
    await this.#parts.database.close();
  }

  async #drained(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.allSettled(this.#inFlight);
  }
}
