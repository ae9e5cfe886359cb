import type { z } from 'zod';
import type { TimelineEvent } from '../../domain/timeline.ts';
import type { TimelineEventSchema } from '../schemas/runs.ts';
import { waitingJson } from './waiting-json.ts';

/** An event as clients get it. */
export function timelineJson(event: TimelineEvent): z.output<typeof TimelineEventSchema> {
  const at = event.at.toISOString();
  if (event.kind !== 'status-noted') return { ...event, at };
  const { waitingFor, ...rest } = event;
  return { ...rest, at, ...(waitingFor === undefined ? {} : { waitingFor: waitingJson(waitingFor) }) };
}
