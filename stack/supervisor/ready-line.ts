import { isRecord } from '../private-file.ts';
import { readLog } from './log-file.ts';

/** Looks in a log for the JSON line by which a process says that it is ready. */
export class ReadyLine {
  readonly #log: string;
  #offset: number;
  #content: Readonly<Record<string, unknown>>;

  constructor(log: string, offset: number, content: Readonly<Record<string, unknown>> = {}) {
    this.#log = log;
    this.#offset = offset;
    this.#content = content;
  }

  /** The object that was said; empty before. */
  get content(): Readonly<Record<string, unknown>> {
    return this.#content;
  }

  /** Whether it has been said. */
  get found(): boolean {
    return this.#content['ready'] === true;
  }

  /** Reads on from where it stopped; whether it has been said. */
  look(): boolean {
    const text = readLog(this.#log, this.#offset);
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    this.#offset += Buffer.byteLength(complete);
    for (const line of complete.split('\n')) this.#content = this.found ? this.#content : parseReady(line);
    return this.found;
  }
}

function parseReady(line: string): Readonly<Record<string, unknown>> {
  if (!line.startsWith('{')) return {};
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) && value['ready'] === true ? value : {};
  } catch {
    return {};
  }
}
