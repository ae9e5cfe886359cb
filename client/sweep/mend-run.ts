import type { Alarm } from '../../domain/alarm.ts';
import type { RunId } from '../../domain/ids.ts';
import type { QuietRun, Repair } from '../../gate/client-store.ts';
import { runRow } from '../run-row.ts';
import { retentionMs } from './describe-workflow.ts';
import { lookAtRun } from './look-at-run.ts';
import { openAlarmsOf } from './open-alarms.ts';
import type { RunAlarm } from './run-alarms.ts';
import { startAgain } from './start-again.ts';
import type { SweepParts } from './sweep-options.ts';

const BY_SCHEDULE = 'schedule:';
// What a schedule has entered its own workflow starts, which may wait for a worker.
const SCHEDULE_FACTOR = 10;
const HOUR_MS = 3_600_000;
// Sweeps go through many quiet runs in turns, and must see a missing one at least as often to know that it is missing all the while.
const LOOKS = 10;

/**
 * Makes the row of a quiet run what Temporal says of it: ends it as its Workflow ended, starts it when its start was cut. One that
 * another run asked for is that run's to start, and ends with it.
 * @param open the run's alarms that are open
 * @returns what is wrong with it and needs a person; empty when nothing is, or when it has ended
 */
export async function mendRun(parts: SweepParts, run: QuietRun, open: readonly Alarm[]): Promise<readonly RunAlarm[]> {
  const sight = await lookAtRun(parts, run);
  switch (sight.kind) {
    case 'ended':
      await end(parts, { tenant: run.tenant, runId: run.runId, ...sight.end });
      return [];
    case 'missing':
      return run.status === 'starting' ? started(parts, run) : missing(parts, run, open);
    case 'open':
      if (run.status === 'starting') await parts.store.runs.markStarted(run.tenant, run.runId);
      return openAlarmsOf(parts, run, sight.described);
  }
}

async function started(parts: SweepParts, run: QuietRun): Promise<readonly RunAlarm[]> {
  const { startMs } = parts.limits;
  const graceMs = run.actor?.startsWith(BY_SCHEDULE) === true ? startMs * SCHEDULE_FACTOR : startMs;
  if (run.startedMs < graceMs) return [];
  const { parentRun } = await runRow(parts, run.tenant, run.runId);
  if (parentRun !== undefined) {
    await leaveToParent(parts, run, parentRun);
    return [];
  }
  const why = await startAgain(parts, run);
  if (why === undefined) return [];
  const givesUp = Math.max(1, Math.round((parts.limits.giveUpStartMs - run.startedMs) / HOUR_MS));
  const sentence = `${run.runId} cannot be started: ${why.replace(/\.$/, '')}; mend that, or it ends with this reason in ${givesUp} hours.`;
  return [{ kind: 'not-started', sentence }];
}

// Only the run that asked for it may start it: started from here it would be out of reach of that one's pause and cancel. The second
// look at Temporal comes after the end of that run: what is not there by then nobody starts any more.
async function leaveToParent(parts: SweepParts, run: QuietRun, parentRun: RunId): Promise<void> {
  const { tenant, runId } = run;
  const parent = await runRow(parts, tenant, parentRun);
  if (parent.closedAt === undefined || (await lookAtRun(parts, run)).kind !== 'missing') return;
  const sentence = `It was never started: the run ${parentRun} that asked for it ended first (${parent.status}).`;
  await end(parts, { tenant, runId, status: 'cancelled', code: 'cancelled', sentence });
}

// A wrong address must not end what runs elsewhere: only what has been missed for as long as Temporal keeps what has ended, with
// no news meanwhile, is taken for lost.
async function missing(parts: SweepParts, run: QuietRun, open: readonly Alarm[]): Promise<readonly RunAlarm[]> {
  const { namespace, address } = parts.temporal;
  const keptMs = await retentionMs(parts, namespace);
  const { tenant, runId } = run;
  const missedMs = Math.min(run.quietMs, await alarmedMs(parts, { run, open, keptMs }));
  if (missedMs > keptMs) {
    const sentence = `Temporal at ${address} has had no Workflow ${runId} in the namespace "${namespace}" for longer than the ${Math.round(keptMs / HOUR_MS)} hours for which it keeps what has ended: it was deleted, or ended unseen.`;
    await end(parts, { tenant, runId, status: 'failed', code: 'lost', sentence });
    return [];
  }
  const left = Math.max(1, Math.round((keptMs - missedMs) / HOUR_MS));
  const sentence = `Temporal at ${address} has no Workflow ${runId} in the namespace "${namespace}": correct the address, or end the run with \`holdfast cancel ${runId}\`; by itself it ends as lost in ${left} hours.`;
  return [{ kind: 'missing', sentence }];
}

// For how long sweeps have been seeing it missing. An alarm that none has seen for a while is ended, to be raised anew: nobody looked
// meanwhile, or the clock jumped.
async function alarmedMs(
  { store }: SweepParts,
  { run, open, keptMs }: { run: QuietRun; open: readonly Alarm[]; keptMs: number },
): Promise<number> {
  const { runId, nowMs } = run;
  const alarm = open.find(({ kind, subject }) => kind === 'missing' && subject === runId);
  if (alarm === undefined) return 0;
  if (Math.abs(nowMs - alarm.seenAt.getTime()) <= keptMs / LOOKS) return Math.max(0, nowMs - alarm.raisedAt.getTime());
  await store.alarms.clear(alarm);
  return 0;
}

async function end(parts: SweepParts, repair: Repair): Promise<void> {
  if (!(await parts.store.sweep.repair(repair))) return;
  const { tenant, runId, status, code } = repair;
  parts.logger.info('A run was ended that has no Workflow any more.', { tenant, runId, status, code });
}
