import { expect, test } from '@jest/globals';
import proto from '@temporalio/proto';
import type { ClientParts } from '../../../client/client.ts';
import type { Described } from '../../../client/sweep/describe-workflow.ts';
import { openAlarmsOf } from '../../../client/sweep/open-alarms.ts';
import { SWEEP_LIMITS } from '../../../client/sweep/sweep-options.ts';
import { PART_WORKFLOW } from '../../../domain/part-id.ts';
import { aRun, NOW } from './quiet-run.ts';

const QUIET_MS = 60 * 60_000;
const MAP = 'run-1~post/map';
const { PendingWorkflowTaskState: TASK, VersioningBehavior: BEHAVIOR } = proto.temporal.api.enums.v1;

const run = aRun({ startedMs: QUIET_MS, quietMs: QUIET_MS });

const fine: Described = { pendingActivities: [{ activityId: 'post:1', attempt: 1 }] };
const failing: Described = {
  pendingActivities: [{ activityId: 'post:7', attempt: 500, lastFailure: { message: 'The books are closed.' } }],
};
const broken: Described = { pendingWorkflowTask: { attempt: 7 } };
const untaken: Described = proto.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse.fromObject({
  pendingWorkflowTask: {
    state: TASK.PENDING_WORKFLOW_TASK_STATE_SCHEDULED,
    attempt: 1,
    scheduledTime: { seconds: (NOW - QUIET_MS) / 1_000 },
  },
  workflowExecutionInfo: {
    versioningInfo: {
      behavior: BEHAVIOR.VERSIONING_BEHAVIOR_PINNED,
      deploymentVersion: { deploymentName: 'holdfast', buildId: '9f3c07d2b4e81a65' },
    },
  },
});

/** What waits for its children alone, the youngest told first. */
function waitingFor(workflowIds: readonly string[], workflowTypeName = PART_WORKFLOW): Described {
  const children = workflowIds.map((workflowId, index) => ({ workflowId, workflowTypeName, initiatedId: index + 5 }));
  return proto.temporal.api.workflowservice.v1.DescribeWorkflowExecutionResponse.fromObject({
    pendingChildren: children.toReversed(),
  });
}

const items = Array.from({ length: 100 }, (_, index) => `run-1~post:${index}`);

interface Case {
  readonly when: string;
  readonly root?: Described;
  /** What else Temporal has. */
  readonly parts: Readonly<Record<string, Described>>;
  /** Words of the alarm `blocked`; absent when nothing is wrong. */
  readonly raises?: string;
}

const CASES: readonly Case[] = [
  { when: 'its part does what it should', parts: { [MAP]: fine } },
  {
    when: 'a step of its part was tried hundreds of times',
    parts: { [MAP]: failing },
    raises: 'The step post:7 of run-1 was tried 499 times: The books are closed; mend that, or cancel the run.',
  },
  {
    when: 'the code of its part fails',
    parts: { [MAP]: broken },
    raises: 'The code of run-1 has failed 6 times in a row',
  },
  {
    when: 'nobody runs the build of its part',
    parts: { [MAP]: untaken },
    raises: 'No worker of build 9f3c07d2b4e81a65 has taken up run-1 for 60 minutes',
  },
  {
    when: 'a long agent that is an item of its map fails',
    parts: { [MAP]: waitingFor(items.slice(0, 10)), ...all(items, fine), [items[9] ?? '']: failing },
    raises: 'The step post:7 of run-1',
  },
  {
    when: 'the oldest of very many parts fails',
    parts: { [MAP]: waitingFor(items), ...all(items, fine), [items[0] ?? '']: failing },
    raises: 'The step post:7 of run-1',
  },
  { when: 'its part has ended meanwhile', parts: {} },
  {
    when: 'a run that it started fails, which raises an alarm of its own',
    root: waitingFor(['run-2'], 'invoiceIntake'),
    parts: { 'run-2': failing },
  },
];

test.each(CASES)(
  'when $when, a run that waits for its parts raises that and nothing else [stuck.alarms]',
  async ({ root = waitingFor([MAP]), parts, raises }) => {
    const temporal = temporalWith(parts);
    const alarms = await openAlarmsOf({ ...temporal, limits: SWEEP_LIMITS }, run, root);
    expect(alarms.map(({ kind }) => kind)).toEqual(raises === undefined ? [] : ['blocked']);
    expect(alarms.map(({ sentence }) => sentence).join('')).toContain(raises ?? '');
    expect(temporal.described.length).toBeLessThanOrEqual(30);
  },
);

test('a run that is blocked itself raises that alone, and its parts are not looked at [stuck.alarms]', async () => {
  const temporal = temporalWith({ [MAP]: failing });
  const alarms = await openAlarmsOf({ ...temporal, limits: SWEEP_LIMITS }, run, { ...waitingFor([MAP]), ...broken });
  expect(alarms).toEqual([{ kind: 'blocked', sentence: expect.stringContaining('The code of run-1 has failed') }]);
  expect(temporal.described).toEqual([]);
});

function all(workflowIds: readonly string[], described: Described): Readonly<Record<string, Described>> {
  return Object.fromEntries(workflowIds.map((workflowId) => [workflowId, described]));
}

/** A server that has these Workflows, and what it was asked for. */
function temporalWith(
  has: Readonly<Record<string, Described>>,
): Pick<ClientParts, 'workflows' | 'temporal'> & { readonly described: readonly string[] } {
  const described: string[] = [];
  const describeWorkflowExecution = async (asked: {
    namespace: string;
    execution: { workflowId: string };
  }): Promise<Described> => {
    const { workflowId } = asked.execution;
    described.push(workflowId);
    const found = has[workflowId];
    if (found === undefined) throw Object.assign(new Error('not found'), { code: 5 });
    return found;
  };
  const workflows = {
    withDeadline: (_: number, ask: () => Promise<unknown>) => ask(),
    workflowService: { describeWorkflowExecution },
  };
  return {
    // Of the whole client it is asked nothing else.
    workflows: workflows as unknown as ClientParts['workflows'],
    temporal: { address: '127.0.0.1:7233', namespace: 'default' },
    described,
  };
}
