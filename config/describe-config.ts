import type { Config } from './config.ts';
import { flatten } from './effective.ts';

/** One effective value and where it comes from. */
export interface ConfigEntry {
  /** The key of temporal.yaml such as `temporal.address`, or a variable of the environment that has no key there. */
  readonly key: string;
  /** For people; never a secret. */
  readonly value: string;
  readonly origin: 'default' | 'file' | 'env';
  /** The variable, when the origin is the environment. */
  readonly variable?: string;
}

/** Every effective value with its origin, in the order of the file. A secret shows as its reference or as `***`. */
export function describeConfig(config: Config): readonly ConfigEntry[] {
  const ofFile = flatten(config.effective).map(({ key, value }): ConfigEntry => {
    const variable = config.origins.environment.get(key);
    if (variable !== undefined) return { key, value, origin: 'env', variable };
    return { key, value, origin: config.origins.file.has(key) ? 'file' : 'default' };
  });
  return [...ofFile, ...ofEnvironment(config)];
}

function ofEnvironment({ openai, cleared }: Config): readonly ConfigEntry[] {
  const variables = [
    ['OPENAI_API_KEY', openai.apiKey === undefined ? undefined : '***'],
    ['OPENAI_BASE_URL', openai.address],
    ['OPENAI_MODEL', openai.model],
    ['HOLDFAST_CLEARED', cleared.length === 0 ? undefined : cleared.join(', ')],
  ] as const;
  return variables.flatMap(([variable, value]): ConfigEntry[] => {
    return value === undefined ? [] : [{ key: variable, value, origin: 'env', variable }];
  });
}
