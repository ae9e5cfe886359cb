const CHECK_MS = 500;

/**
 * Calls back once when the process that started this one is gone, also by kill -9. The parent is the one named by
 * `HOLDFAST_PARENT_PID` (`scripts/run.js` sets it); started any other way, nothing is watched.
 */
export function watchParent(onGone: () => void, environment: NodeJS.ProcessEnv = process.env): void {
  const parent = Number(environment['HOLDFAST_PARENT_PID'] ?? '');
  // Whatever this process starts has another parent.
  delete environment['HOLDFAST_PARENT_PID'];
  if (!Number.isInteger(parent) || parent <= 0) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, CHECK_MS);
  timer.unref();
}
