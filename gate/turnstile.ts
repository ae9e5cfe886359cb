/** Lets those with the same key through one at a time, in the order of their coming. */
export class Turnstile {
  readonly #last = new Map<string, Promise<unknown>>();

  /**
   * Acts when everyone before has finished.
   * @throws the signal's reason when it aborts during the wait
   */
  async pass<Value>(key: string, signal: AbortSignal, act: () => Promise<Value>): Promise<Value> {
    const before = this.#last.get(key);
    const turn = (async () => {
      if (before !== undefined) await waited(before, signal);
      return act();
    })();
    // Whoever gives up waiting leaves the others behind the one that is inside.
    const done = Promise.allSettled(before === undefined ? [turn] : [before, turn]);
    this.#last.set(key, done);
    void done.then(() => {
      if (this.#last.get(key) === done) this.#last.delete(key);
    });
    return turn;
  }
}

async function waited(before: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([before, promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
