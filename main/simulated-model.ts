import { fileURLToPath } from 'node:url';
import { DATA_CLASSES } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import type { Stack } from '../stack/index.ts';
import type { WorkerPlan } from './worker-specs.ts';

const MODEL_MAIN = fileURLToPath(import.meta.resolve('../stack/simulated-model/main.ts'));

/** Starts the simulated model as a process of its own; it answers every endpoint name and says SIMULATED in its model's name. */
export async function simulatedModel(
  stack: Stack,
  onProgress: (line: string) => void,
): Promise<WorkerPlan['endpoints']> {
  const { ready } = await stack.start({
    name: 'simulated-model',
    stage: 'service',
    args: [MODEL_MAIN],
    env: { PORT: String(await stack.port('simulated-model')) },
    ready: { stdoutJson: true },
    restart: true,
    stopGraceMs: 1_000,
  });
  const { port, model } = ready;
  if (typeof port !== 'number' || typeof model !== 'string') {
    throw new JobError(
      'stack-failed',
      'The simulated model did not say where it listens; see simulated-model.log under .holdfast/logs.',
    );
  }
  onProgress(
    `no model is configured: a SIMULATED one (${model}) answers; set OPENAI_API_KEY or OPENAI_BASE_URL for a real one`,
  );
  return [{ id: 'simulated', address: `http://127.0.0.1:${port}/v1`, model, cleared: [...DATA_CLASSES] }];
}
