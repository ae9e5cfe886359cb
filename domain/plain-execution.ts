/**
 * One execution of a Workflow that no client of ours started, as its keys know it: what stays the same over retries of an
 * Activity, over retries of the Workflow and over a reset, and differs between executions that are meant as different ones.
 */
export interface PlainExecution {
  /** Temporal's run id of the chain's first execution: another one each time that a Workflow Id is used again. */
  readonly first: string;
  /** The place in a chain of Continue-As-New, counted from 1. */
  readonly link: number;
  /** Of a cron Workflow: which of its runs, as Temporal's run id at its start. */
  readonly cronRun?: string;
}

/** Where Temporal has such an execution: stored as what its run was given, so that people and sweeps find it there. */
export interface PlainPlace extends PlainExecution {
  readonly namespace: string;
  readonly workflowId: string;
  readonly workflowType: string;
}

/** What the Activity is called that a governed step of a plain Workflow runs. */
export const GOVERNED_CALL = 'holdfast.governedCall';

/** The header that tells a plain Workflow its place in its chain; Temporal keeps it when it retries the Workflow. */
export const LINK_HEADER = 'holdfast-link';

/** The header that tells who started a plain Workflow. */
export const ACTOR_HEADER = 'holdfast-actor';
