import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from '@temporalio/worker';
import '../fixtures/quiet-runtime.ts';

/** A payload as histories hold it: base64. */
export interface RecordedPayload {
  readonly data?: string;
}

/** What the tests look at of one event. */
export interface RecordedEvent {
  readonly eventId: string;
  readonly eventType: string;
  readonly userMetadata?: { readonly summary?: RecordedPayload };
  readonly workflowExecutionStartedEventAttributes?: {
    readonly workflowId: string;
    readonly input?: { readonly payloads?: readonly RecordedPayload[] };
  };
  readonly activityTaskScheduledEventAttributes?: { readonly activityId: string };
  readonly timerStartedEventAttributes?: { readonly startToFireTimeout: string };
  readonly activityTaskCompletedEventAttributes?: {
    readonly scheduledEventId: string;
    readonly result?: { readonly payloads?: readonly RecordedPayload[] };
  };
}

/** A history in the JSON form of Temporal. */
export interface RecordedHistory {
  readonly events: readonly RecordedEvent[];
}

/** Reads a history that `record-history.ts` wrote. */
export async function readHistory(name: string): Promise<RecordedHistory> {
  return JSON.parse(await readFile(join(import.meta.dirname, `histories/${name}.json`), 'utf8')) as RecordedHistory;
}

/** Replays a history against a bundle; rejects when the code now does another thing than was recorded. */
export async function replay(history: RecordedHistory, codePath: string): Promise<void> {
  await Worker.runReplayHistory({ workflowBundle: { codePath } }, history, workflowIdOf(history));
}

/** The id of the run that a history is of. */
function workflowIdOf({ events }: RecordedHistory): string {
  return events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
}

/** The step paths of a history in the order in which they were scheduled. */
export function stepsOf({ events }: RecordedHistory): readonly string[] {
  return events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityId ?? []);
}

/** What people read of each call in Temporal's own UI. */
export function summariesOf({ events }: RecordedHistory): readonly string[] {
  return events.flatMap(({ userMetadata }) => {
    const data = userMetadata?.summary?.data;
    return data === undefined ? [] : [JSON.parse(Buffer.from(data, 'base64').toString('utf8')) as string];
  });
}

/** The bytes of every payload, wherever it stands. */
export function payloadsOf(part: unknown): readonly Buffer[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('data' in part && typeof part.data === 'string') return [Buffer.from(part.data, 'base64')];
  return Object.values(part).flatMap((inner) => payloadsOf(inner));
}
