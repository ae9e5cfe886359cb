import { workflow } from 'holdfast/workflow';
import type { benchLongRun } from './job.ts';

/** The agent, and nothing else. */
export const benchLongRunWorkflow = workflow<typeof benchLongRun>(({ act }, pages) => act(pages));
