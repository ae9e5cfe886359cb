import { workflow } from 'holdfast/workflow';
import type { benchApi } from './job.ts';

/** One step. */
export const benchApiWorkflow = workflow<typeof benchApi>(async ({ note }, input) => note(input));
