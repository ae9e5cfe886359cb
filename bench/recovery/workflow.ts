import { workflow } from 'holdfast/workflow';
import type { benchRecovery } from './job.ts';

/** As many steps as its input says. */
export const benchRecoveryWorkflow = workflow<typeof benchRecovery>(async ({ plan, stamp }, input) => {
  const { run, steps } = (await plan(input)).facts;
  let receipt = await stamp({ run, step: 1 });
  for (let step = 2; step <= steps; step += 1) receipt = await stamp({ run, step });
  return receipt;
});
