import { DATA_CLASSES } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import { enterJob, type EntryStore } from '../jobs/enter-job.ts';
import type { Job } from '../jobs/job.ts';
import { workflowNameOf } from '../jobs/registry.ts';
import { callSite, type CallSite, resolveInput } from './call-site.ts';
import type { ActivityDependencies } from './dependencies.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities, ChildStanding } from './types.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/**
 * Enters the run of another job that a run asks for, or finds the one that its identity has.
 * @throws ApplicationFailure `invalid-input` when the input does not fit, `conflict` when the identity's run had another one,
 * `denied` when the other job handles its data as less sensitive; to be tried again, `definition-changed` for an unknown job
 */
export function createEnterChild(dependencies: ActivityDependencies): Activities['enterChild'] {
  const { gate } = dependencies;
  const store: EntryStore<string> = {
    enter: (run) => gate.runs.enter(run),
    read: async (tenant, ref) => (await gate.blobs.get(tenant, ref)).bytes,
  };
  return translateErrors((input) =>
    withHeartbeat(async () => {
      const site = await callSite(dependencies, input);
      const { tenant, runId: parent } = site;
      const job = jobOf(dependencies, site, input.job);
      const { value } = await resolveInput(dependencies, tenant, input.input);
      const entered = await enterJob(store, { job, input: value, tenant, actor: `run:${parent}`, parent });
      const { runId, start } = entered;
      if (runId === parent)
        throw new JobError('conflict', `The run ${parent} asks for itself; give the other one an identity of its own.`);
      return start === undefined
        ? { kind: 'existing', runId }
        : { kind: 'entered', runId, workflow: workflowNameOf(job.name), start };
    }),
  );
}

/** How a run stands that another one waits for and did not start itself. */
export function createLookAtChild({ gate }: Pick<ActivityDependencies, 'gate'>): Activities['lookAtChild'] {
  return translateErrors((run) =>
    withHeartbeat(async (): Promise<ChildStanding> => {
      const row = await gate.runs.find(run);
      if (row === undefined) throw new JobError('internal', `The run ${run.runId} was entered and cannot be found.`);
      if (row.closedAt === undefined) return { kind: 'open' };
      if (row.status === 'completed' && row.result !== undefined) return { kind: 'completed', result: row.result };
      const { endCode = row.status, endSentence = `It ended ${row.status}.` } = row;
      return { kind: 'ended', code: endCode, sentence: endSentence };
    }),
  );
}

// A worker that was started with other jobs must not end the run: one that knows it takes it up.
function jobOf({ registry }: ActivityDependencies, { job: own, pinned }: CallSite, name: string): Job {
  const job = registry.jobs.find((candidate) => candidate.name === name);
  if (job === undefined) {
    const known = registry.jobs.map((candidate) => candidate.name).join(', ');
    throw new JobError(
      'definition-changed',
      `This worker does not know the job "${name}" that "${own.name}" asks for; it knows: ${known}. The run waits for a worker that does.`,
    );
  }
  // Else what no endpoint but a cleared one may see would go to any by way of the other job.
  if (DATA_CLASSES.indexOf(job.dataClass) >= DATA_CLASSES.indexOf(pinned.dataClass)) return job;
  throw new JobError(
    'denied',
    `The job "${own.name}" handles ${pinned.dataClass} data and cannot ask for "${name}", whose data class is ${job.dataClass}; raise that of "${name}".`,
  );
}
