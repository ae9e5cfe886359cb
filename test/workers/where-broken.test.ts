import { expect, test } from '@jest/globals';
import proto from '@temporalio/proto';
import { factsOf, type History } from '../../workers/builds/replayed-history.ts';
import { whereBroken } from '../../workers/builds/where-broken.ts';

const { EventType, VersioningBehavior } = proto.temporal.api.enums.v1;
const PREFIX =
  'Replay failed with a nondeterminism error. This means that the workflow code as written is not compatible with the history that was fed in. Details: ';
const HISTORY = historyOf([
  [EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED, { workflowExecutionStartedEventAttributes: started() }],
  [EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED, { workflowTaskCompletedEventAttributes: completed('aaaa') }],
  [EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED, { activityTaskScheduledEventAttributes: { activityId: 'pick' } }],
  [EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED, { workflowTaskCompletedEventAttributes: completed('bbbb') }],
  [EventType.EVENT_TYPE_TIMER_STARTED, { timerStartedEventAttributes: { timerId: '1' } }],
]);

// The messages are those of the SDK's core, word for word.
test.each([
  {
    message: `${PREFIX}[TMPRL1100] Nondeterminism error: Activity id of scheduled event 'pick' does not match activity id of activity command 'weigh'`,
    broken: {
      event: 3,
      eventType: 'ActivityTaskScheduled',
      step: 'pick',
      sentence: 'the run did the step "pick" here, the new code does "weigh"',
    },
  },
  {
    message: `${PREFIX}[TMPRL1100] No command scheduled for event HistoryEvent(id: 3, ActivityTaskScheduled)`,
    broken: {
      event: 3,
      eventType: 'ActivityTaskScheduled',
      step: 'pick',
      sentence: 'the run did the step "pick" here, the new code does nothing',
    },
  },
  {
    message: `${PREFIX}[TMPRL1100] Activity machine does not handle this event: HistoryEvent(id: 5, TimerStarted)`,
    broken: {
      event: 5,
      eventType: 'TimerStarted',
      step: 'pick',
      sentence: 'the run did what came to TimerStarted here, the new code does another thing',
    },
  },
  {
    message: 'Replay failed due workflow task failure. Details: TypeError: x is not a function',
    broken: { step: 'pick', sentence: 'the new code fails: TypeError: x is not a function' },
  },
])('the place of $broken.sentence is found [upgrade.check]', ({ message, broken }) => {
  expect(whereBroken(HISTORY, message)).toEqual(broken);
});

test('a history tells job, tenant and the build that the run is pinned to last [upgrade.check]', () => {
  expect(factsOf(HISTORY)).toEqual({ job: 'errand', tenant: 'demo', pinnedTo: 'bbbb' });
  expect(
    factsOf({ events: [{ workflowExecutionStartedEventAttributes: { workflowType: { name: 'other' } } }] }),
  ).toEqual({ job: 'other' });
});

function historyOf(events: readonly (readonly [number, object])[]): History {
  // Made whole by the client in truth, with more fields than are looked at here.
  return {
    events: events.map(([eventType, rest], index) => ({ eventId: index + 1, eventType, ...rest })),
  } as unknown as History;
}

function started(): object {
  const indexedFields = {
    HoldfastJob: { data: Buffer.from('"errand"') },
    HoldfastTenant: { data: Buffer.from('["demo"]') },
  };
  return { workflowType: { name: 'errandWorkflow' }, searchAttributes: { indexedFields } };
}

function completed(buildId: string): object {
  const versioningBehavior = VersioningBehavior.VERSIONING_BEHAVIOR_PINNED;
  return { versioningBehavior, deploymentVersion: { deploymentName: 'holdfast', buildId } };
}
