import { waitForSignal, workflow } from 'holdfast/workflow';
import type { benchParked } from './job.ts';

/** A run that somebody has to wake. */
export const benchParkedWorkflow = workflow<typeof benchParked>(async ({ file }, ticket) => {
  await waitForSignal({ name: 'go', within: '3 days', sentence: 'The benchmark wakes the run.' });
  return file(ticket);
});
