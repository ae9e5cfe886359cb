import type { Client } from '@temporalio/client';

/** What of a run must be the same on both sides. */
interface Conditions {
  readonly workflowTaskTimeout: string;
  readonly startInputBytes: number;
  readonly searchAttributes: number;
  readonly steps: readonly StepConditions[];
}

interface StepConditions {
  readonly timeouts: readonly string[];
  readonly retry: string;
  readonly inputBytes: number;
  readonly resultBytes: number;
}

type History = Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['fetchHistory']>>;
type Events = NonNullable<History['events']>;
type Payloads = { readonly payloads?: readonly { readonly data?: Uint8Array | null }[] | null } | null | undefined;

const CLOSING = 'closeRun';

/**
 * Compares one run of each side by their histories: timeouts, retry rules and the bytes that go in and out.
 * @throws Error that names what differs
 */
export async function checkConditions(temporal: Client, runs: { bare: string; governed: string }): Promise<void> {
  const [bare, governed] = await Promise.all([
    conditionsOf(temporal, runs.bare),
    conditionsOf(temporal, runs.governed),
  ]);
  const [left, right] = [JSON.stringify(bare), JSON.stringify(governed)];
  if (left !== right) throw new Error(`The conditions are not the same.\n  bare:     ${left}\n  governed: ${right}`);
}

async function conditionsOf(temporal: Client, runId: string): Promise<Conditions> {
  const { events } = await temporal.workflow.getHandle(runId).fetchHistory();
  const all = events ?? [];
  const start = all[0]?.workflowExecutionStartedEventAttributes;
  return {
    workflowTaskTimeout: String(start?.workflowTaskTimeout?.seconds),
    startInputBytes: bytesOf(start?.input),
    searchAttributes: Object.keys(start?.searchAttributes?.indexedFields ?? {}).length,
    steps: stepsOf(all),
  };
}

function stepsOf(events: Events): readonly StepConditions[] {
  const results = new Map(
    events.flatMap(({ activityTaskCompletedEventAttributes: completed }) =>
      completed === null || completed === undefined
        ? []
        : [[String(completed.scheduledEventId), bytesOf(completed.result)] as const],
    ),
  );
  return events.flatMap(({ eventId, activityTaskScheduledEventAttributes: scheduled }) => {
    if (scheduled === null || scheduled === undefined || scheduled.activityType?.name === CLOSING) return [];
    const { startToCloseTimeout, scheduleToCloseTimeout, scheduleToStartTimeout, heartbeatTimeout, retryPolicy } =
      scheduled;
    const timeouts = [startToCloseTimeout, scheduleToCloseTimeout, scheduleToStartTimeout, heartbeatTimeout];
    return [
      {
        timeouts: timeouts.map((timeout) => String(timeout?.seconds ?? 'none')),
        retry: JSON.stringify(retryPolicy),
        inputBytes: bytesOf(scheduled.input),
        resultBytes: results.get(String(eventId)) ?? 0,
      },
    ];
  });
}

function bytesOf(payloads: Payloads): number {
  return (payloads?.payloads ?? []).reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
}
