import proto from '@temporalio/proto';
import type { ClientParts } from './client.ts';

const TIMEOUT_MS = 1_500;
/** Temporal remembers a poller for five minutes; one that polls has been seen within its long poll of a minute. */
const SEEN_WITHIN_MS = 70_000;

/** A Task Queue and who works on it. */
export interface SeenQueue {
  readonly taskQueue: string;
  readonly role: 'workflows' | 'calls' | 'together';
  /** Worker processes that were seen polling lately. */
  readonly workers: number;
}

/** What a client has behind it. */
export interface SeenSystem {
  readonly database: { readonly ready: boolean; readonly clockAheadMs: number };
  readonly temporal: { readonly ready: boolean; readonly namespace: string };
  readonly queues: readonly SeenQueue[];
}

/** Asks database and Temporal how they are; takes at most 1.5 s and never fails. */
export async function seeSystem(parts: ClientParts): Promise<SeenSystem> {
  const { namespace } = parts.temporal;
  const [database, queues] = await Promise.all([seeDatabase(parts), seeQueues(parts).catch(() => undefined)]);
  return { database, temporal: { ready: queues !== undefined, namespace }, queues: queues ?? [] };
}

async function seeDatabase({ store }: ClientParts): Promise<SeenSystem['database']> {
  try {
    const asked = Date.now();
    const now = await within(store.now());
    // The answer is as old as half of the way.
    return { ready: true, clockAheadMs: Math.round(now.getTime() - (asked + Date.now()) / 2) };
  } catch {
    return { ready: false, clockAheadMs: 0 };
  }
}

async function seeQueues(parts: ClientParts): Promise<readonly SeenQueue[]> {
  const { taskQueue, callsQueue } = parts;
  const { TASK_QUEUE_TYPE_ACTIVITY, TASK_QUEUE_TYPE_WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType;
  const workflows = await pollersOf(parts, taskQueue, TASK_QUEUE_TYPE_WORKFLOW);
  if (callsQueue === undefined) return [{ taskQueue, role: 'together', workers: workflows }];
  const calls = await pollersOf(parts, callsQueue, TASK_QUEUE_TYPE_ACTIVITY);
  return [
    { taskQueue, role: 'workflows', workers: workflows },
    { taskQueue: callsQueue, role: 'calls', workers: calls },
  ];
}

async function pollersOf(
  { workflows, temporal: { namespace } }: ClientParts,
  name: string,
  taskQueueType: proto.temporal.api.enums.v1.TaskQueueType,
): Promise<number> {
  const { connection } = workflows;
  const { pollers } = await connection.withDeadline(Date.now() + TIMEOUT_MS, () =>
    connection.workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType }),
  );
  const since = Date.now() - SEEN_WITHIN_MS;
  const live = (pollers ?? []).filter(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1_000 >= since);
  return new Set(live.map(({ identity }) => identity)).size;
}

async function within<Value>(value: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It did not answer in time.')), TIMEOUT_MS);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
