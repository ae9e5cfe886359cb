import type { DataClass } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import { modelTimeoutMs } from '../domain/model-timeout.ts';
import { clearanceOf } from './clearance.ts';
import type { Config, EndpointConfig, PoolConfig, SystemConfig } from './config.ts';
import { databaseUrl } from './database.ts';
import { effectiveOf, flatten } from './effective.ts';
import { clearedByEnvironment, overridesOf, type Environment, type Override } from './environment.ts';
import { openAiVariables } from './open-ai-variables.ts';
import { CONFIG_FILE, readConfigFile } from './read-file.ts';
import { ConfigFileSchema, type ConfigFile } from './schema.ts';
import { secretOf, type SecretSource } from './secrets.ts';
import { configError } from './sentence.ts';
import { temporalOf } from './temporal.ts';
import { triggerOf } from './trigger.ts';

/**
 * Reads temporal.yaml of a folder and the environment, once. Without a file, or with an empty one, every key has its
 * default.
 * @throws JobError `invalid-config` for the first thing that is wrong, in one sentence with key, value and bound
 */
export function loadConfig({ cwd, env }: { readonly cwd: string; readonly env: Environment }): Config {
  const written = readConfigFile(cwd);
  const overrides = overridesOf(env);
  const file = parse(written, overrides);
  checkTogether(file);
  const source = { root: cwd, env };
  const cleared = clearedByEnvironment(env);
  const url = file.database.url === undefined ? undefined : databaseUrl(file.database.url, source);
  const config = {
    root: cwd,
    temporal: temporalOf(file.temporal, source),
    database: url === undefined ? {} : { url },
    jobs: file.jobs,
    systems: mapValues(file.systems, (system, name): SystemConfig => {
      return { address: system.address, ...credentialOf(system, `systems.${name}`, source) };
    }),
    pools: mapValues(file.pools, ({ taskQueue, ...pool }, name): PoolConfig => {
      return { taskQueue: taskQueue ?? `holdfast-${name}`, ...pool };
    }),
    layout: file.layout ?? (Object.keys(file.pools).length > 0 ? 'apart' : 'together'),
    workers: file.workers,
    api: file.api,
    sweep: file.sweep,
    retention: file.retention,
    principals: file.auth.principals,
    triggers: mapValues(file.triggers, (trigger, name) => triggerOf(trigger, name, source)),
    endpoints: file.endpoints.map((endpoint, index) => endpointOf(endpoint, { index, also: cleared, source })),
    openai: openAiVariables(env),
    cleared,
  } as const;
  const origins = {
    file: new Set(flatten(written).map(({ key }) => key)),
    environment: new Map(overrides.map(({ path, variable }) => [path.join('.'), variable])),
  };
  return { ...config, effective: effectiveOf(config, file), origins };
}

function endpointOf(
  { credentialRef, maxOutputTokens, timeout, price, ...endpoint }: ConfigFile['endpoints'][number],
  place: { readonly index: number; readonly also: readonly DataClass[]; readonly source: SecretSource },
): EndpointConfig {
  const timeoutMs = timeout === undefined ? undefined : modelTimeoutMs(timeout);
  return {
    ...endpoint,
    cleared: clearanceOf({ address: endpoint.address, cleared: endpoint.cleared, also: place.also }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(price === undefined ? {} : { price }),
    ...credentialOf({ credentialRef }, `endpoints.${place.index}`, place.source),
  };
}

function parse(written: unknown, overrides: readonly Override[]): ConfigFile {
  const value = overrides.reduce((tree, { path, value: replaced }) => withValue(tree, path, replaced), written);
  const parsed = ConfigFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const environment = new Map(overrides.map(({ path, variable }) => [path.join('.'), variable]));
  throw configError(parsed.error, { schema: ConfigFileSchema, value, file: CONFIG_FILE, environment });
}

/** A copy with a value put under a path; what is no map on the way stays as it is, for the schema to refuse. */
function withValue(tree: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  if (tree !== undefined && (typeof tree !== 'object' || tree === null || Array.isArray(tree))) return tree;
  const map: Readonly<Record<string, unknown>> = { ...tree };
  return { ...map, [key]: withValue(map[key], rest, value) };
}

function checkTogether(file: ConfigFile): void {
  const pools = Object.keys(file.pools);
  if (file.layout === 'together' && pools.length > 0) {
    throw invalid(`\`layout\` is "together", but \`pools\` names ${pools.join(', ')}; pools need the layout "apart".`);
  }
  if (pools.length > 1) {
    throw invalid(
      `\`pools\` names ${pools.join(', ')}; one pool is possible, because nothing chooses between several yet.`,
    );
  }
  const keyed = Object.entries(file.auth.principals).find(
    ([, { kind, publicKey }]) => kind === 'service' && publicKey !== undefined,
  );
  if (keyed !== undefined)
    throw invalid(
      `\`auth.principals.${keyed[0]}\` is a service with a \`publicKey\`; services use tokens that an admin makes, so leave it out.`,
    );
  const ids = file.endpoints.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw invalid(`Two endpoints in ${CONFIG_FILE} have the id "${twice}"; rename one of them.`);
}

function credentialOf(
  owner: { credentialRef?: string | undefined },
  key: string,
  source: SecretSource,
): { credential?: string } {
  if (owner.credentialRef === undefined) return {};
  return { credential: secretOf(owner.credentialRef, `${key}.credentialRef`, source) };
}

function mapValues<In, Out>(
  map: Readonly<Record<string, In>>,
  to: (value: In, name: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, to(value, name)]));
}

function invalid(sentence: string): JobError {
  return new JobError('invalid-config', sentence);
}
