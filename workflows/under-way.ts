/** The Activities and parts of a run that are not known to have ended. */
export class UnderWay {
  readonly #calls = new Set<Promise<unknown>>();

  /** Counts one among what must have ended before the run may. */
  begun(call: Promise<unknown>): void {
    this.#calls.add(call);
  }

  /** Forgets one that has ended, so that nothing need be made of its promise at the end of the run. */
  finished(call: Promise<unknown>): void {
    this.#calls.delete(call);
  }

  /** Tells whether any is still under way; `undefined` when none can be, since what is made of a promise costs a stack trace. */
  watched(): (() => boolean) | undefined {
    let open = this.#calls.size;
    const ended = (): void => {
      open -= 1;
    };
    for (const call of this.#calls) call.then(ended, ended);
    return open === 0 ? undefined : () => open > 0;
  }
}
