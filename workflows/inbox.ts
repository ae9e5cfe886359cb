import type { SignalInput } from './messages.ts';

/** External events that came for a run and that no step has taken yet. */
export class Inbox {
  readonly #events = new Map<string, SignalInput[]>();
  readonly #delivered = new Set<string>();

  /** Keeps an event until a step takes it; a second delivery of one id changes nothing. */
  deliver(signal: SignalInput): void {
    if (this.#delivered.has(signal.id)) return;
    this.#delivered.add(signal.id);
    this.#events.set(signal.name, [...(this.#events.get(signal.name) ?? []), signal]);
  }

  /** Takes the oldest event of a name, if one is there. */
  take(name: string): SignalInput | undefined {
    return this.#events.get(name)?.shift();
  }
}
