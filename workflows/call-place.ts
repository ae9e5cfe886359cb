import type { CallAgentToolInput } from '../activities/types.ts';
import type { PlannedCall } from '../domain/planned-call.ts';

/** Where a planned call stands in its message, as its Activity is told; what most calls leave out costs them no bytes. */
export function callPlace({ index, at, also }: PlannedCall): Pick<CallAgentToolInput, 'index' | 'at' | 'also'> {
  return {
    ...(index === undefined ? {} : { index }),
    ...(at === undefined ? {} : { at }),
    ...(also === undefined ? {} : { also }),
  };
}
