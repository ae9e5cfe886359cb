import { expect, test } from '@jest/globals';
import proto from '@temporalio/proto';
import type { Described } from '../../../client/sweep/describe-workflow.ts';
import { alarmsOf } from '../../../client/sweep/run-alarms.ts';
import { SWEEP_LIMITS } from '../../../client/sweep/sweep-options.ts';
import type { WaitingFor } from '../../../domain/run-view.ts';
import type { QuietRun } from '../../../gate/client-store.ts';
import { aRun, NOW } from './quiet-run.ts';

const MINUTE_MS = 60_000;
const { idleMs, pausedMs, unavailableMs } = SWEEP_LIMITS;

function waitingFor(parts: Partial<WaitingFor>): Partial<QuietRun> {
  const waits = { kind: 'signal', name: 'release', since: NOW - MINUTE_MS, sentence: 'A person.', ...parts } as const;
  return { status: 'waiting', waitingFor: waits };
}

const { PendingWorkflowTaskState: TASK, VersioningBehavior: BEHAVIOR } = proto.temporal.api.enums.v1;
const SCHEDULED = TASK.PENDING_WORKFLOW_TASK_STATE_SCHEDULED;
const PINNED = BEHAVIOR.VERSIONING_BEHAVIOR_PINNED;

/** A Workflow whose task has that age, of the server's clock. */
function withTask(
  ageMs: number,
  {
    state = SCHEDULED,
    attempt = 1,
    ...versioning
  }: { state?: number; attempt?: number; [field: string]: unknown } = {},
): Described {
  const scheduled = NOW - ageMs;
  const scheduledTime = { seconds: Math.floor(scheduled / 1_000), nanos: (scheduled % 1_000) * 1_000_000 };
  return proto.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse.fromObject({
    pendingWorkflowTask: { state, attempt, scheduledTime },
    workflowExecutionInfo: { versioningInfo: versioning },
  });
}

const pinnedTo = (buildId: string): { [field: string]: unknown } => ({
  behavior: PINNED,
  deploymentVersion: { deploymentName: 'holdfast', buildId },
});

const busy: Described = { pendingActivities: [{ activityId: 'post', attempt: 1 }] };
const failed = { message: 'The books are closed.' };

interface Case {
  readonly when: string;
  readonly run?: Partial<QuietRun>;
  readonly described?: Described;
  /** The alarm and words of its sentence; absent when nothing is wrong. */
  readonly raises?: readonly [kind: string, words: string];
}

const CASES: readonly Case[] = [
  { when: 'an Activity is under way', described: busy },
  {
    when: 'its code has failed six times',
    described: { pendingWorkflowTask: { attempt: 7 } },
    raises: ['blocked', 'has failed 6 times in a row; `holdfast show run-1 --live` tells the error'],
  },
  {
    when: 'its code has failed four times, as while a deploy is rolled out',
    described: { pendingWorkflowTask: { attempt: 5 } },
  },
  {
    when: 'no worker has taken up its build for a minute',
    described: withTask(MINUTE_MS, pinnedTo('9f3c07d2b4e81a65')),
    raises: [
      'blocked',
      'No worker of build 9f3c07d2b4e81a65 has taken up run-1 for 1 minute, and it goes on with no other: start the code of that build (`holdfast doctor` tells whether it is kept), or cancel the run.',
    ],
  },
  {
    when: 'the last worker of its build has died in the middle of a task, three hours ago',
    run: { quietMs: 180 * MINUTE_MS },
    described: withTask(180 * MINUTE_MS, { attempt: 2, ...pinnedTo('9f3c07d2b4e81a65') }),
    raises: ['blocked', 'No worker of build 9f3c07d2b4e81a65 has taken up run-1 for 3 hours'],
  },
  {
    when: 'it was moved to a build that nobody runs',
    described: withTask(MINUTE_MS, {
      ...pinnedTo('9f3c07d2b4e81a65'),
      versioningOverride: { pinned: { version: { deploymentName: 'holdfast', buildId: '0b7e' } } },
    }),
    raises: ['blocked', 'No worker of build 0b7e has taken up run-1'],
  },
  {
    when: 'it was started and no worker of the current build has taken it up',
    run: { status: 'starting' },
    described: withTask(MINUTE_MS),
    raises: [
      'blocked',
      'No worker has taken up run-1 for 1 minute: see that its workers run (`holdfast up` starts those of the current build), or cancel the run.',
    ],
  },
  {
    when: 'its code has failed six times and the next task waits',
    described: withTask(MINUTE_MS, { attempt: 7 }),
    raises: ['blocked', 'has failed 6 times in a row'],
  },
  { when: 'no worker has taken it up for less than a minute', described: withTask(MINUTE_MS - 1) },
  {
    when: 'the clock of the server is behind, but it was heard of within the minute',
    run: { quietMs: MINUTE_MS - 1 },
    described: withTask(2 * MINUTE_MS, pinnedTo('9f3c07d2b4e81a65')),
  },
  { when: 'the clock of the server is ahead', described: withTask(-MINUTE_MS) },
  {
    when: 'a worker is at its task for longer than a minute',
    described: withTask(2 * MINUTE_MS, { state: TASK.PENDING_WORKFLOW_TASK_STATE_STARTED }),
  },
  {
    when: 'a step was tried nine times and failed each time',
    described: { pendingActivities: [{ activityId: 'post', attempt: 10, lastFailure: failed }] },
    raises: [
      'blocked',
      'The step post of run-1 was tried 9 times: The books are closed; mend that, or cancel the run.',
    ],
  },
  {
    when: 'a step was tried eight times',
    described: { pendingActivities: [{ activityId: 'post', attempt: 9, lastFailure: failed }] },
  },
  {
    when: 'a step was begun ten times and never failed',
    described: { pendingActivities: [{ activityId: 'post', attempt: 10 }] },
  },
  {
    when: 'it waits beyond its deadline',
    run: waitingFor({ deadline: NOW - MINUTE_MS }),
    raises: ['overdue', 'still waits for "release" although its time is over since 2026-03-01T11:59:00.000Z'],
  },
  { when: 'its deadline is over by less than a minute', run: waitingFor({ deadline: NOW - MINUTE_MS + 1 }) },
  { when: 'it waits without a deadline', run: waitingFor({ since: 0 }) },
  {
    when: 'what it needs has been down for a day',
    run: waitingFor({ kind: 'unavailable', since: NOW - unavailableMs, sentence: 'books answers 503.' }),
    raises: ['unavailable', 'waits for 24 hours for what is down (books answers 503); bring it up and resume the run'],
  },
  {
    when: 'what it needs has been down for less',
    run: waitingFor({ kind: 'unavailable', since: NOW - unavailableMs + 1 }),
  },
  {
    when: 'it has been paused for a week',
    run: { status: 'paused', notedMs: pausedMs },
    raises: ['paused', 'run-1 has been paused for 168 hours; resume it, or cancel it.'],
  },
  { when: 'it has been paused for less', run: { status: 'paused', notedMs: pausedMs - 1 } },
  {
    when: 'it does nothing, and waits for nothing that is shown',
    run: { quietMs: idleMs },
    raises: ['idle', 'run-1 does nothing since 10 minutes and waits for nothing that people are shown'],
  },
  { when: 'it has done nothing for less than that', run: { quietMs: idleMs - 1 } },
  { when: 'it is quiet but an Activity is under way', run: { quietMs: idleMs }, described: busy },
  {
    when: 'it is quiet but a child is open',
    run: { quietMs: idleMs },
    described: { pendingChildren: [{ workflowId: 'c' }] },
  },
  {
    when: 'it is a plain Workflow, which may sleep by a timer of its own',
    run: { quietMs: idleMs, job: 'plain-orders' },
  },
];

test.each(CASES)(
  'when $when, a run that Temporal has open raises what is wrong and nothing else [stuck.alarms]',
  ({ run, described, raises }) => {
    const alarms = alarmsOf(aRun(run), described ?? {}, SWEEP_LIMITS);
    expect(alarms.map(({ kind }) => kind)).toEqual(raises === undefined ? [] : [raises[0]]);
    for (const { sentence } of alarms) expect(sentence).toContain(raises?.[1]);
  },
);
