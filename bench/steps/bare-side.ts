import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { digestOf, refOf } from '../../domain/digest.ts';
import type { BlobRef } from '../../domain/ids.ts';
import type { StartInput } from '../../domain/skeleton.ts';
import type { Engine } from '../../main/engine.ts';
import { callsQueueOf, type WorkerPlan, workerSpecs } from '../../main/worker-specs.ts';
import type { plainStepsWorkflow } from './bare-workflow.ts';
import type { Side } from './side.ts';

const WORKER_MAIN = fileURLToPath(new URL('bare-worker.ts', import.meta.url));
const WORKFLOWS = fileURLToPath(new URL('bare-workflow.ts', import.meta.url));

/** What the bare side is made of. */
export interface BareParts {
  readonly engine: Engine;
  readonly temporal: Client;
  readonly home: string;
  /** The governed workers' plan, but with a Task Queue of the bare side's own. */
  readonly plan: Omit<WorkerPlan, 'bundle'>;
  readonly tenant: StartInput['tenant'];
}

/** Starts workers without a gate: as many, in the same layout, with the same settings as the governed ones. */
export async function openBareSide(parts: BareParts): Promise<Side> {
  const { engine, home } = parts;
  const plan = { ...parts.plan, bundle: await bundle(home) };
  const specs = workerSpecs(plan, engine.stack.addresses).map((spec) => ({ ...spec, args: [WORKER_MAIN] }));
  const workers = await Promise.all(specs.map((spec) => engine.stack.start(spec)));
  let count = 0;
  return {
    name: 'bare',
    pids: workers.map(({ pid }) => pid),
    run: async () => {
      count += 1;
      return runOnce(parts, `${parts.tenant}/${count}`);
    },
  };
}

async function bundle(home: string): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: new DefaultLogger('ERROR') });
  const folder = join(home, 'bundles');
  const path = join(folder, 'bare.js');
  const unfinished = `${path}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  await writeFile(unfinished, code);
  await rename(unfinished, path);
  return path;
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
