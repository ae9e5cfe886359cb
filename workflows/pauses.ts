// Each try costs a history eleven events, and a run may have 2,000.
const LONGEST_MS = 600_000;
const SHARE = 10;

/**
 * How long to leave alone what is looked at again and again: twice as long each time, up to ten minutes, and later up to a tenth of the
 * time that it has been waited for. A week takes about 65 tries, a month 80.
 * @param lastMs the pause before, in milliseconds
 * @param waitedMs since when it has been waited for, in milliseconds
 */
export function nextPause(lastMs: number, waitedMs: number): number {
  return Math.min(lastMs * 2, Math.max(LONGEST_MS, Math.floor(waitedMs / SHARE)));
}
