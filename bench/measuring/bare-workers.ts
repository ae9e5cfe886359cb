import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import type { Client } from '@temporalio/client';
import type { Engine } from '../../main/engine.ts';
import { announceVersion, versionOf } from '../../main/plain-version.ts';
import { LEAN_THREADS, type WorkerPlan, workerSpecs } from '../../main/worker-specs.ts';

/** Workers without a gate that are to be started. */
export interface BareWorkers {
  readonly engine: Engine;
  readonly temporal: Client;
  readonly home: string;
  /** The governed workers' plan, but with a Task Queue of the bare side's own. */
  readonly plan: Omit<WorkerPlan, 'bundle' | 'version'>;
  /** The file of the workflows. */
  readonly workflowsPath: string;
  /** Whether Node is told for them what it is told for the engine's own workers; else they run as people run Temporal's SDK. */
  readonly lean: boolean;
}

const WORKER_MAIN = fileURLToPath(new URL('../steps/bare-worker.ts', import.meta.url));

/** Starts workers without a gate: as many, in the same layout, with the same settings as the governed ones. Answers their pids. */
export async function startBareWorkers({
  engine,
  temporal,
  home,
  plan,
  workflowsPath,
  lean,
}: BareWorkers): Promise<readonly number[]> {
  const path = await bundle(home, { workflowsPath, name: plan.taskQueue });
  // A version like the governed workers: what that adds to a history is added on both sides.
  const version = versionOf(plan.taskQueue, await readFile(path, 'utf8'));
  const bundled = { ...plan, bundle: path, version };
  const args = lean ? [...LEAN_THREADS, WORKER_MAIN] : [WORKER_MAIN];
  const specs = workerSpecs(bundled, engine.stack.addresses).map((spec) => ({ ...spec, args }));
  const workers = await Promise.all(specs.map((spec) => engine.stack.start(spec)));
  await announceVersion(temporal, version);
  return workers.map(({ pid }) => pid);
}

async function bundle(
  home: string,
  { workflowsPath, name }: { readonly workflowsPath: string; readonly name: string },
): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  const folder = join(home, 'bundles');
  const path = join(folder, `bare-${name}.js`);
  const unfinished = `${path}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  await writeFile(unfinished, code);
  await rename(unfinished, path);
  return path;
}
