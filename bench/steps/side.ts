/** One of the two that are compared. */
export interface Side {
  readonly name: 'bare' | 'governed';
  /** The worker processes that carry it. */
  readonly pids: readonly number[];
  /** Starts a run, waits until its client knows that it has ended, and answers its Workflow Id. */
  run(): Promise<string>;
}

/** One value for each of them. */
export type PerSide<Value> = Readonly<Record<Side['name'], Value>>;

/** Both names, in the order of reports. */
export const SIDES = ['bare', 'governed'] as const satisfies readonly Side['name'][];
