import { DATA_CLASSES } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import { programFile, type Stack } from '../stack/index.ts';
import type { WorkerPlan } from './worker-specs.ts';

const MODEL_MAIN = programFile('../stack/simulated-model/main', import.meta.url);

/** Starts the simulated model as a process of its own; it answers every endpoint name and says SIMULATED in its model's name. */
export async function simulatedModel(
  stack: Stack,
  onProgress: (line: string) => void,
): Promise<WorkerPlan['endpoints']> {
  const endpoints = await start(stack, {}, true);
  const [{ model }] = endpoints;
  onProgress(
    `no model is configured: a SIMULATED one (${model}) answers; set OPENAI_API_KEY or OPENAI_BASE_URL for a real one`,
  );
  return endpoints;
}

/**
 * Starts the simulated model for an evaluation, told to alter a share of its answers (`rate`, 0 to 1) by a seed. It is not
 * started again when it ends: the log of its errors would be gone.
 */
export async function erringModel(
  stack: Stack,
  errors: { readonly rate: number; readonly seed: number },
): Promise<WorkerPlan['endpoints']> {
  return start(
    stack,
    { SIMULATED_ERROR_RATE: errors.rate.toFixed(6), SIMULATED_ERROR_SEED: String(errors.seed) },
    false,
  );
}

type Endpoint = WorkerPlan['endpoints'][number];

async function start(stack: Stack, settings: Readonly<Record<string, string>>, restart: boolean): Promise<[Endpoint]> {
  const { ready } = await stack.start({
    name: 'simulated-model',
    stage: 'service',
    args: [MODEL_MAIN],
    env: { PORT: String(await stack.port('simulated-model')), ...settings },
    ready: { stdoutJson: true },
    restart,
    stopGraceMs: 1_000,
  });
  const { port, model } = ready;
  if (typeof port !== 'number' || typeof model !== 'string') {
    throw new JobError(
      'stack-failed',
      'The simulated model did not say where it listens; see simulated-model.log under .holdfast/logs.',
    );
  }
  return [{ id: 'simulated', address: `http://127.0.0.1:${port}/v1`, model, cleared: [...DATA_CLASSES] }];
}
