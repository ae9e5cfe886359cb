import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { digestOf, refOf } from '../../domain/digest.ts';
import type { BlobRef } from '../../domain/ids.ts';
import type { StartInput } from '../../domain/skeleton.ts';
import type { Engine } from '../../main/engine.ts';
import { callsQueueOf, type WorkerPlan } from '../../main/worker-specs.ts';
import { type BareWorkers, startBareWorkers } from '../measuring/bare-workers.ts';
import type { plainStepsWorkflow } from './bare-workflow.ts';
import type { Side } from './side.ts';

const WORKFLOWS = fileURLToPath(new URL('bare-workflow.ts', import.meta.url));

/** What the bare side is made of. */
export interface BareParts {
  readonly engine: Engine;
  readonly temporal: Client;
  readonly home: string;
  /** The governed workers' plan, but with a Task Queue of the bare side's own. */
  readonly plan: Omit<WorkerPlan, 'bundle' | 'version'>;
  readonly tenant: StartInput['tenant'];
  /** See {@link BareWorkers.lean}. */
  readonly lean: BareWorkers['lean'];
}

/** Starts workers without a gate: as many, in the same layout, with the same settings as the governed ones. */
export async function openBareSide(parts: BareParts): Promise<Side> {
  const pids = await startBareWorkers({ ...parts, workflowsPath: WORKFLOWS });
  let count = 0;
  return {
    name: 'bare',
    pids,
    run: async () => {
      count += 1;
      return runOnce(parts, `${parts.tenant}/${count}`);
    },
  };
}

// The gate's own start, less the gate: the same id, arguments, search attributes and timeouts.
async function runOnce({ temporal, plan, tenant }: BareParts, name: string): Promise<string> {
  const calls = callsQueueOf(plan);
  const workflowId = `plain-steps.${reference(name)}`;
  const start: StartInput = {
    tenant,
    definition: reference('definition'),
    input: reference(`input of ${name}`),
    skeleton: { job: 'plain-steps', version: 1, steps: { file: { kind: 'tool', timeoutMs: 30_000 } } },
    ...(calls === undefined ? {} : { calls }),
  };
  const handle = await temporal.workflow.start<typeof plainStepsWorkflow>('plainStepsWorkflow', {
    workflowId,
    taskQueue: plan.taskQueue,
    args: [start],
    workflowTaskTimeout: '3s',
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    searchAttributes: { HoldfastJob: ['plain-steps'], HoldfastStatus: ['running'], HoldfastTenant: [tenant] },
  });
  await handle.result();
  return workflowId;
}

function reference(text: string): BlobRef {
  return refOf(digestOf(text));
}
