import proto from '@temporalio/proto';

/** A history as Temporal's client fetches it. */
export type History = proto.temporal.api.history.v1.IHistory;

/** A history with the name under which people find it: the run's id, or its file. */
export interface NamedHistory {
  readonly name: string;
  readonly history: History;
}

/** What is known of the run that a history is of. */
export interface HistoryFacts {
  /** The job; for a workflow that is no job's, its type. */
  readonly job: string;
  readonly tenant?: string;
  /** The build that the run is pinned to; absent when it is not. */
  readonly pinnedTo?: string;
}

type Event = proto.temporal.api.history.v1.IHistoryEvent;

const { EventType, VersioningBehavior } = proto.temporal.api.enums.v1;

/** Reads what a history says of its run. */
export function factsOf({ events }: History): HistoryFacts {
  const all = events ?? [];
  const start = all[0]?.workflowExecutionStartedEventAttributes;
  const fields = start?.searchAttributes?.indexedFields ?? {};
  const tenant = textIn(fields['HoldfastTenant']?.data);
  const pinnedTo = buildOf(all);
  return {
    job: textIn(fields['HoldfastJob']?.data) ?? start?.workflowType?.name ?? '',
    ...(tenant === undefined ? {} : { tenant }),
    ...(pinnedTo === undefined ? {} : { pinnedTo }),
  };
}

/** The type of an event as Temporal's messages name it, such as `ActivityTaskScheduled`. */
export function typeOf({ eventType }: Event): string {
  const name = EventType[eventType ?? 0] ?? '';
  const words = name.replace('EVENT_TYPE_', '').toLowerCase().split('_');
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join('');
}

function buildOf(events: readonly Event[]): string | undefined {
  const last = events.findLast((event) => event.workflowTaskCompletedEventAttributes);
  const { versioningBehavior, deploymentVersion } = last?.workflowTaskCompletedEventAttributes ?? {};
  const pinned = versioningBehavior === VersioningBehavior.VERSIONING_BEHAVIOR_PINNED;
  return pinned ? (deploymentVersion?.buildId ?? undefined) : undefined;
}

// A keyword as the server keeps it: JSON of a text, or of a list that holds it.
function textIn(data: Uint8Array | null | undefined): string | undefined {
  if (data === null || data === undefined) return undefined;
  try {
    const [value] = [JSON.parse(Buffer.from(data).toString('utf8')) as unknown].flat();
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
