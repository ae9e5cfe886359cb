import { Context } from '@temporalio/activity';
import { JobError } from '../domain/errors.ts';
import { MAX_PAYLOAD_BYTES } from '../domain/payload.ts';
import { translateErrors } from './translate-errors.ts';
import type { Activities } from './types.ts';

/**
 * Refuses what an Activity would hand to the workflow when it is larger than a history may hold.
 * @throws JobError `too-large` with the step and the size
 */
export function withinPayload(activities: Activities): Activities {
  const bounded = Object.entries(activities).map(([name, activity]) => [name, boundedOf(activity)]);
  return Object.fromEntries(bounded) as Activities;
}

function boundedOf(activity: (input: never) => Promise<unknown>): (input: never) => Promise<unknown> {
  return translateErrors(async (input: never) => {
    const result = await activity(input);
    const bytes = result === undefined ? 0 : Buffer.byteLength(JSON.stringify(result));
    if (bytes <= MAX_PAYLOAD_BYTES) return result;
    const { activityId } = Context.current().info;
    throw new JobError(
      'too-large',
      `The step "${activityId}" would hand ${bytes} bytes to the workflow; at most ${MAX_PAYLOAD_BYTES} are allowed. Large values go by reference.`,
    );
  });
}
