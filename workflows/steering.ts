/** What a run tells its parts, and the runs that it started. */
export interface Steering {
  readonly paused: boolean;
  /** Parts begin nothing any more. */
  readonly ending?: true;
  /** Raised with each. Absent: from a run of an earlier version. */
  readonly order?: number;
}

/** Numbers what is told one after the other, also after a reset: Temporal may deliver two signals of one Workflow Task in either order. */
export class Orders {
  #last = 0;

  next(): number {
    this.#last = Math.max(this.#last + 1, Date.now());
    return this.#last;
  }
}

/** Knows the newest that was taken, so that what arrives late changes nothing: a pause after its lift would hold for ever. */
export class Steered {
  #newest: number;

  /** @param newest the number that earlier executions have taken last */
  constructor(newest = 0) {
    this.#newest = newest;
  }

  get newest(): number {
    return this.#newest;
  }

  /** Whether it is to be followed. */
  takes({ order }: Steering): boolean {
    if (order === undefined) return true;
    if (order <= this.#newest) return false;
    this.#newest = order;
    return true;
  }
}
