import { z } from 'zod';
import type { DataClass } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import { clearanceOf } from './clearance.ts';
import type { Config, EndpointConfig } from './config.ts';

/** Where a local Ollama says which models it has. */
export const OLLAMA_TAGS = 'http://127.0.0.1:11434/api/tags';

const OLLAMA = 'http://127.0.0.1:11434/v1';
const OPENAI = 'https://api.openai.com/v1';
const OPENAI_MODEL = 'gpt-4.1-mini';

/** What was found on this machine. */
export interface FoundModels {
  /** The models of a local Ollama; empty when none answers. */
  readonly ollama: readonly string[];
  /** The simulated model that the stack offers. */
  readonly simulated: { readonly address: string; readonly model: string };
}

/** The endpoints that answer, and why these. A single one answers every name. */
export interface ChosenModels {
  readonly by: 'file' | 'environment' | 'ollama' | 'simulated';
  readonly endpoints: readonly [EndpointConfig, ...EndpointConfig[]];
}

/** Whether a local Ollama is worth looking for: only when neither the file nor the environment names a model. */
export function asksOllama({ endpoints, openai }: Config): boolean {
  return endpoints.length === 0 && openai.apiKey === undefined && openai.address === undefined;
}

/** The names of the models in what Ollama answered, without those that only embed; none when it is no such answer. */
export function ollamaModels(answer: unknown): readonly string[] {
  const parsed = z.object({ models: z.array(z.object({ name: z.string() })) }).safeParse(answer);
  return parsed.success ? parsed.data.models.map(({ name }) => name).filter((name) => !/embed/i.test(name)) : [];
}

/**
 * Which endpoints answer: the file's; else the one of `OPENAI_API_KEY` and `OPENAI_BASE_URL`; else a local Ollama; else
 * the simulated model.
 * @throws JobError `invalid-config` when `OPENAI_BASE_URL` names another server than OpenAI's and `OPENAI_MODEL` is unset
 */
export function chooseModels(config: Config, found: FoundModels): ChosenModels {
  const [first, ...others] = config.endpoints;
  if (first !== undefined) return { by: 'file', endpoints: [first, ...others] };
  if (!asksOllama(config)) return { by: 'environment', endpoints: [ofEnvironment(config)] };
  const [local] = found.ollama;
  if (local !== undefined) {
    const model = config.openai.model ?? local;
    return { by: 'ollama', endpoints: [endpoint({ address: OLLAMA, model, also: config.cleared })] };
  }
  return { by: 'simulated', endpoints: [endpoint({ ...found.simulated, also: config.cleared })] };
}

function ofEnvironment({ openai, cleared }: Config): EndpointConfig {
  const { apiKey, address = OPENAI } = openai;
  const model = openai.model ?? (new URL(address).hostname === new URL(OPENAI).hostname ? OPENAI_MODEL : undefined);
  if (model === undefined) {
    throw new JobError(
      'invalid-config',
      `OPENAI_BASE_URL is set without OPENAI_MODEL; set it to a model that ${address} serves.`,
    );
  }
  const chosen = endpoint({ address, model, also: cleared });
  return apiKey === undefined ? chosen : { ...chosen, credential: apiKey };
}

function endpoint(given: { address: string; model: string; also: readonly DataClass[] }): EndpointConfig {
  const { address, model, also } = given;
  const cleared = clearanceOf({ address, cleared: undefined, also });
  return { id: 'default', address, model, cleared, capabilities: { tools: true }, quirks: [] };
}
