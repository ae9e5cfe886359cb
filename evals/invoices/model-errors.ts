import { z } from 'zod';
import { JobError } from '../../domain/errors.ts';

const InjectedError = z.object({ key: z.string(), kind: z.string(), what: z.string() });
/** An error that the simulated model made on purpose. */
export type InjectedError = z.infer<typeof InjectedError>;

/**
 * Every error that the simulated model has made, from its own log.
 * @throws JobError `stack-failed` when there is none to read, or it did not hold all of them
 */
export async function readModelErrors(model: string): Promise<readonly InjectedError[]> {
  const response = await fetch(new URL('/simulation/errors', model)).catch((cause: unknown) => {
    throw new JobError('stack-failed', 'The simulated model is gone, and the log of its errors with it.', { cause });
  });
  const { errors, dropped } = z
    .object({ errors: z.array(InjectedError), dropped: z.number() })
    .parse(await response.json());
  if (dropped > 0)
    throw new JobError('stack-failed', `The simulated model kept ${errors.length} of its errors; take --limit.`);
  return errors;
}
