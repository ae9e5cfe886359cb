import { ALL_TENANTS, type Alarm, RUN_ALARMS } from '../../domain/alarm.ts';
import { sentenceOf } from '../../domain/errors.ts';
import type { QuietRun, SweepScope } from '../../gate/client-store.ts';
import { seeSystem } from '../system.ts';
import { mendRun } from './mend-run.ts';
import { redeliver } from './redeliver.ts';
import type { SweepParts } from './sweep-options.ts';

const RUNS = 100;
const AT_ONCE = 10;
const PURGED = 500;

/**
 * One sweep: delivers decisions that did not arrive, makes rows of runs what Temporal says of them, raises and clears alarms, and
 * removes what has expired. Bounded, however much there is; the next one goes on. Any number may run at once.
 * @returns how many calls and answers wait for a call worker
 */
export async function sweep(parts: SweepParts, scope: SweepScope): Promise<number> {
  const { store } = parts;
  await redeliver(parts, scope);
  const runs = await store.sweep.quietRuns(scope, { quietMs: parts.limits.quietMs, limit: RUNS });
  for (let from = 0; from < runs.length; from += AT_ONCE) {
    await Promise.all(runs.slice(from, from + AT_ONCE).map((run) => look(parts, run)));
  }
  await watchQueues(parts, { waiting: runs.length > 0 });
  await store.sweep.clearSettledAlarms();
  await store.sweep.purge(parts.limits.retention, PURGED);
  return store.sweep.end(scope);
}

// One run that cannot be looked at must not keep the others from it. Its alarms are read by themselves: a list of all is cut off.
async function look(parts: SweepParts, run: QuietRun): Promise<void> {
  const { tenant, runId } = run;
  try {
    const open = await parts.store.alarms.open({ tenant, runId });
    const alarms = await mendRun(parts, run, open);
    for (const { kind, sentence } of alarms) await raise(parts, { tenant, kind, subject: runId, runId, sentence });
    const over = open.filter(
      (alarm) => RUN_ALARMS.some((kind) => kind === alarm.kind) && !alarms.some(({ kind }) => kind === alarm.kind),
    );
    for (const alarm of over) await clear(parts, alarm);
  } catch (error) {
    parts.logger.warn('A run could not be looked at; the next sweep tries again.', { runId, error: sentenceOf(error) });
  }
}

// Runs wait whatever they wait for: also what a person decides needs a worker to arrive.
async function watchQueues(parts: SweepParts, { waiting }: { waiting: boolean }): Promise<void> {
  const { queues } = await seeSystem(parts);
  const open = await parts.store.alarms.open({ tenant: ALL_TENANTS });
  for (const { taskQueue, workers } of queues) {
    const place = { tenant: ALL_TENANTS, kind: 'no-worker', subject: taskQueue } as const;
    const isOpen = open.some(({ kind, subject }) => kind === 'no-worker' && subject === taskQueue);
    if (workers === 0 && waiting) {
      const sentence = `Nobody works on the Task Queue "${taskQueue}" and runs wait; start workers with \`holdfast up\`.`;
      await raise(parts, { ...place, sentence });
    } else if (isOpen) await clear(parts, place);
  }
}

async function raise(parts: SweepParts, alarm: Omit<Alarm, 'raisedAt' | 'seenAt'>): Promise<void> {
  if (!(await parts.store.alarms.raise(alarm))) return;
  const { kind, tenant, subject, sentence } = alarm;
  parts.logger.warn(sentence, { alarm: kind, tenant, subject });
}

async function clear(parts: SweepParts, place: Pick<Alarm, 'tenant' | 'kind' | 'subject'>): Promise<void> {
  if (!(await parts.store.alarms.clear(place))) return;
  const { kind, tenant, subject } = place;
  parts.logger.info('An alarm is over.', { alarm: kind, tenant, subject });
}
