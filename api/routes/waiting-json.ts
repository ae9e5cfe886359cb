import type { z } from 'zod';
import type { ListedRun } from '../../client/index.ts';
import type { RunSchema } from '../schemas/runs.ts';

/** What a run waits for, without what only the question's own route shows. */
export function waitingJson(
  waiting: NonNullable<ListedRun['waitingFor']>,
): NonNullable<z.output<typeof RunSchema>['waitingFor']> {
  const { kind, name, since, deadline, sentence, reminders } = waiting;
  return {
    kind,
    name,
    since: new Date(since).toISOString(),
    sentence,
    ...(deadline === undefined ? {} : { deadline: new Date(deadline).toISOString() }),
    ...(reminders === undefined ? {} : { reminders }),
  };
}
