import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import type { Json } from '../../domain/canonical.ts';
import type { ToolFault } from './fault-plan.ts';

/** What the desk did on a request. */
export type Deed =
  /** The recorded call at `position` took place. */
  | 'step'
  /** A call took place that had taken place before. */
  | 'duplicate'
  /** The call with a wrong argument was answered; it changes nothing. */
  | 'wrong'
  /** A call that stands nowhere in the trace. */
  | 'unexpected'
  /** The stored answer was given again. */
  | 'stored'
  /** It is at work; what comes of it stands in an entry of its own. */
  | 'at-work'
  /** Nothing. */
  | 'nothing';

/** One request as the desk took it. */
export interface DeskEntry {
  /** ISO 8601. */
  readonly at: string;
  /** The name of the case. */
  readonly case: string;
  readonly tool: string;
  readonly args: Json;
  /** The Idempotency-Key; empty without one. */
  readonly key: string;
  readonly deed: Deed;
  /** The place in the trace; absent where there is none. */
  readonly position?: number;
  readonly fault?: ToolFault;
}

/** Every request in its order, in a file to which lines are only added; it outlives the process. */
export class DeskLedger {
  readonly #file: string;
  readonly #entries: DeskEntry[];

  /** Reads what an earlier process has written there. */
  constructor(file: string) {
    this.#file = file;
    this.#entries = existsSync(file) ? readEntries(file) : [];
  }

  /** Writes a line before anybody is answered. */
  append(entry: Omit<DeskEntry, 'at'>): DeskEntry {
    const written = { at: new Date().toISOString(), ...entry };
    appendFileSync(this.#file, `${JSON.stringify(written)}\n`);
    this.#entries.push(written);
    return written;
  }

  /** All of them, in order. */
  entries(): readonly DeskEntry[] {
    return this.#entries;
  }
}

// A process that was killed while it wrote leaves a line without an end, by which nobody was answered: it goes.
function readEntries(file: string): DeskEntry[] {
  const bytes = readFileSync(file);
  const length = bytes.lastIndexOf('\n') + 1;
  truncateSync(file, length);
  const lines = bytes.subarray(0, length).toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as DeskEntry);
}
