import { workflow } from 'holdfast/workflow';
import type { benchSteps } from './job.ts';
import { STEPS } from './step-count.ts';

/** Ten governed steps in a row. */
export const benchStepsWorkflow = workflow<typeof benchSteps>(async ({ file }, ticket) => {
  let receipt = await file(ticket);
  for (let step = 2; step <= STEPS; step += 1) receipt = await file(ticket);
  return receipt;
});
