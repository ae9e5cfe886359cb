import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Json } from '../../domain/canonical.ts';

/** One request as a tool server took it. */
export interface LedgerEntry {
  /** Which request it was, counted from 0. */
  readonly seq: number;
  /** ISO 8601. */
  readonly time: string;
  /** The run that asked. */
  readonly run: string;
  readonly tool: string;
  readonly arguments: Json;
  /** The Idempotency-Key; empty without one. */
  readonly key: string;
  /** What the server made of it, in its own word. */
  readonly what: string;
}

/** Every request of a tool server in order, never changed; in a file it outlives the process. */
export class EffectsLedger {
  readonly #file: string | undefined;
  readonly #entries: LedgerEntry[] = [];

  /** @param file one JSON object a line, read first when it is there; `undefined`: in memory alone */
  constructor(file?: string) {
    this.#file = file;
    if (file !== undefined && existsSync(file)) this.#entries = readEntries(file);
  }

  /** Writes a request down, before it is answered. */
  append(request: Omit<LedgerEntry, 'seq' | 'time'>): LedgerEntry {
    const entry = { seq: this.#entries.length, time: new Date().toISOString(), ...request };
    if (this.#file !== undefined) appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
    this.#entries.push(entry);
    return entry;
  }

  /** All of them, in order. */
  entries(): readonly LedgerEntry[] {
    return this.#entries;
  }
}

// A process that was killed while it wrote leaves a line without an end, by which nobody was answered: it goes.
function readEntries(file: string): LedgerEntry[] {
  const bytes = readFileSync(file);
  const length = bytes.lastIndexOf('\n') + 1;
  truncateSync(file, length);
  const lines = bytes.subarray(0, length).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as LedgerEntry);
}
