import type { ProcessSpec, Stack } from '../stack/index.ts';
import type { Builds } from './builds.ts';

/** What a deploy starts, and in whose stack. */
export interface Deploy {
  readonly stack: Pick<Stack, 'start'>;
  readonly workers: readonly ProcessSpec[];
  /** Absent where the server knows no Worker Deployments. */
  readonly builds?: Pick<Builds, 'begin' | 'announce'>;
  /** Starts the HTTP API and answers its address; absent: there is none. */
  readonly startApi?: () => Promise<string>;
}

/**
 * Puts new code in the place of what runs, in an order that may be cut anywhere: what serves until now goes on beside before its
 * workers are replaced, and new runs begin on the new build once its workers poll.
 * @returns the address of the API, when there is one
 * @throws JobError `stack-failed` when something does not start; then the build before stays the current one
 */
export async function deploy({ stack, workers, builds, startApi }: Deploy): Promise<string | undefined> {
  await builds?.begin();
  await Promise.all(workers.map((spec) => stack.start(spec)));
  // Last before the announcement: what it pins of a job is what the new build binds its steps by.
  const address = await startApi?.();
  await builds?.announce();
  return address;
}
