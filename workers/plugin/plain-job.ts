import { z } from 'zod';
import type { DataClass } from '../../domain/effects.ts';
import { defineJob, type Job } from '../../jobs/job.ts';
import type { Tools } from '../../jobs/verifier.ts';

const MAX_NAME = 63;

/**
 * The job that stands for the plain Workflows of a type, so that lists show them: `bookOrder` gives `plain-book-order`. Its runs
 * are told apart by Temporal's ids and by no identity of their own.
 */
export function plainJob(
  declared: { readonly tools: Tools; readonly dataClass: DataClass },
  workflowType: string,
): Job {
  const { tools, dataClass } = declared;
  return defineJob({
    name: nameOf(workflowType),
    version: 1,
    input: z.unknown(),
    output: z.unknown(),
    dataClass,
    identity: () => [],
    tools,
  });
}

function nameOf(workflowType: string): string {
  const words = workflowType
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return `plain-${words}`.slice(0, MAX_NAME).replaceAll(/-{2,}/g, '-').replace(/-$/, '');
}
