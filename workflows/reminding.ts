// Each reminder is an Activity and four events of the run's history.
const MOST_REMINDERS = 40;

/** How a wait reminds people. */
export interface Reminders {
  /** Shows the wait again with how often it was reminded of; resolves when that is written. */
  readonly remind: (count: number) => Promise<void>;
  /** Whether the run's history has room for another one; default always. */
  readonly mayRemind?: () => boolean;
  /** In milliseconds; `undefined`: never. */
  readonly everyMs: number | undefined;
  /** Milliseconds since the epoch: when the wait is over. */
  readonly deadline: number;
}

/**
 * Waits until something is so, or until the deadline, and reminds people at intervals that double after the tenth reminder, so
 * that a wait of months fills no history; at most 40 times, and only while the history has room for more.
 * @returns whether it became so in time
 */
export async function reminding(reminders: Reminders, until: (withinMs: number) => Promise<boolean>): Promise<boolean> {
  const { remind, mayRemind, everyMs, deadline } = reminders;
  for (let count = 1; ; count += 1) {
    const left = deadline - Date.now();
    const silent = everyMs === undefined || count > MOST_REMINDERS || mayRemind?.() === false;
    const pause = silent ? left : Math.min(left, pauseOf(everyMs, count));
    if (await until(Math.max(1, pause))) return true;
    if (deadline - Date.now() <= 0) return false;
    if (!silent) await remind(count);
  }
}

function pauseOf(everyMs: number, count: number): number {
  return everyMs * 2 ** Math.max(0, count - 10);
}
