import { patched } from '@temporalio/workflow';

/** Who holds a run: people by its own id, or the run that started it, which was paused itself. */
export type Holder = 'people' | 'parent';

// Open runs of versions that kept one pause, which anybody lifted, go on so.
const APART = 'pauses-apart';

/** The pauses that hold a run before its next step: each holder lifts its own alone. */
export class Holds {
  readonly #holders = new Set<Holder>();
  #lifts = 0;

  /** Whether there is any. */
  get any(): boolean {
    return this.#holders.size > 0;
  }

  /** How often somebody lifted a hold, or would have: what was down may be up again. */
  get lifts(): number {
    return this.#lifts;
  }

  /** Sets or lifts the hold of one. */
  set(by: Holder, paused: boolean): void {
    if (paused) {
      this.#holders.add(by);
      return;
    }
    this.#lifts += 1;
    this.#holders.delete(by);
    // Asked for last: an answer of it stands in the history.
    if (this.any && !patched(APART)) this.#holders.clear();
  }
}
