import { workflow } from 'holdfast/workflow';
import type { benchRecovery } from '../job.ts';

/** The job as it is deployed meanwhile: it looks at its plan twice, which no run that is under way replays on. */
export const benchRecoveryWorkflow = workflow<typeof benchRecovery>(async ({ plan, stamp }, input) => {
  const { run, steps } = (await plan((await plan(input)).facts)).facts;
  let receipt = await stamp({ run, step: 1 });
  for (let step = 2; step <= steps; step += 1) receipt = await stamp({ run, step });
  return receipt;
});
