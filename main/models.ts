import { asksOllama, chooseModels, type Config, OLLAMA_TAGS, ollamaModels } from '../config/index.ts';
import type { Stack } from '../stack/index.ts';
import { simulatedModel } from './simulated-model.ts';
import type { WorkerPlan } from './worker-specs.ts';

const OLLAMA_TIMEOUT_MS = 500;

/** The endpoints that answer: the file's, the environment's, a local Ollama's, else the simulated model, which says so. */
export async function findModels(
  config: Config,
  stack: Stack,
  onProgress: (line: string) => void,
): Promise<WorkerPlan['endpoints']> {
  const ollama = asksOllama(config) ? await localModels() : [];
  if (asksOllama(config) && ollama.length === 0) return simulatedModel(stack, onProgress);
  const { by, endpoints } = chooseModels(config, { ollama, simulated: { address: '', model: '' } });
  const [{ model, address }] = endpoints;
  onProgress(`model: ${model} at ${new URL(address).origin} (${by})`);
  return endpoints.map(({ cleared, quirks, ...endpoint }) => {
    return { ...endpoint, cleared: [...cleared], quirks: [...quirks] };
  });
}

/** The models of a local Ollama; none when none answers within half a second. */
export async function localModels(): Promise<readonly string[]> {
  try {
    const response = await fetch(OLLAMA_TAGS, { signal: AbortSignal.timeout(OLLAMA_TIMEOUT_MS) });
    return ollamaModels(await response.json());
  } catch {
    return [];
  }
}
