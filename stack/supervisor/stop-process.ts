import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, processStartTime, type ProcessIdentity } from '../../scripts/process-identity.js';
import type { StopStep } from './kept-spec.ts';

const CHECK_MS = 25;
const KILL_WAIT_MS = 1_000;

/**
 * Ends a process step by step, and what is left of its process group. Nothing is sent to a process that was given the
 * same number later.
 */
export async function stopProcess(identity: ProcessIdentity, steps: readonly StopStep[]): Promise<void> {
  for (const { signal, graceMs } of steps) {
    if (!isRunning(identity)) break;
    sendSignal(identity.pid, signal);
    await endsWithin(identity, graceMs);
  }
  if (isRunning(identity)) sendSignal(identity.pid, 'SIGKILL');
  await endsWithin(identity, KILL_WAIT_MS);
  sweepGroup(identity);
}

/**
 * Ends what a dead process left in its process group. The system gives no new process the number of a group that still
 * has members; so when some process has the number, the group is not ours.
 */
export function sweepGroup(identity: ProcessIdentity): void {
  if (processStartTime(identity.pid) === undefined) sendSignal(-identity.pid, 'SIGKILL');
}

/** Waits for the end of a process; `false` when it still runs after the time. */
export async function endsWithin(identity: ProcessIdentity, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (isRunning(identity)) {
    if (performance.now() >= deadline) return false;
    await delay(CHECK_MS);
  }
  return true;
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  // A process that could not be started has number 0, by which a signal would reach ourselves.
  if (Math.abs(pid) <= 1) return;
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in between.
  }
}
