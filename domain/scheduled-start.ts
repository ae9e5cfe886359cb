import type { BlobRef, RunId, Tenant } from './ids.ts';
import type { StartInput } from './skeleton.ts';

/** What every occurrence of a schedule starts with. */
export interface ScheduledStart {
  readonly tenant: Tenant;
  /** The schedule's name. */
  readonly schedule: string;
  readonly job: string;
  /** The blob of the input as it was declared, its moments still to be filled in. */
  readonly input: BlobRef;
  /** In which zone a date is meant. */
  readonly timeZone: string;
}

/** An occurrence at its planned moment. */
export interface Occurrence extends ScheduledStart {
  /** ISO 8601, in whole seconds. */
  readonly scheduledAt: string;
}

/** What became of an occurrence once its run was entered. */
export type EnteredOccurrence =
  /** The identity has a run already, which another start took to Temporal. */
  | { readonly kind: 'existing'; readonly runId: RunId }
  /** The run has its row and is to be started under its id. */
  | { readonly kind: 'entered'; readonly runId: RunId; readonly workflow: string; readonly start: StartInput };

/** The Activities of schedules. They need the client's login to the database, which workers do not have. */
export interface StartActivities {
  /** Enters the run of an occurrence; asked again after a crash it goes on with the same run. */
  enterOccurrence(occurrence: Occurrence): Promise<EnteredOccurrence>;
}

/** The Task Queue on which the runs of schedules are entered, beside that of the workflows. */
export function startsQueueOf(taskQueue: string): string {
  return `${taskQueue}-starts`;
}

/** The workflow that each occurrence of a schedule is, by the name under which the bundle exports it. */
export const SCHEDULED_START_WORKFLOW = 'scheduledStartWorkflow';
