import type { Config } from './config.ts';
import { withoutPassword } from './database.ts';
import type { ConfigFile } from './schema.ts';

/** One value with its key as people write it: `endpoints.0.model`. A list of plain values is one value. */
export interface Leaf {
  readonly key: string;
  readonly value: string;
}

/** The effective values as a tree of the file's form. References stand where secrets are; a password is masked. */
export function effectiveOf(
  config: Omit<Config, 'effective' | 'origins'>,
  file: ConfigFile,
): Readonly<Record<string, unknown>> {
  const { url } = config.database;
  return {
    temporal: file.temporal,
    database: url === undefined ? {} : { url: withoutPassword(url) },
    jobs: config.jobs,
    systems: file.systems,
    pools: config.pools,
    layout: config.layout,
    workers: config.workers,
    api: config.api,
    auth: { principals: config.principals },
    triggers: file.triggers,
    sweep: config.sweep,
    retention: config.retention,
    endpoints: file.endpoints.map((endpoint, index) => ({ ...endpoint, cleared: config.endpoints[index]?.cleared })),
  };
}

/** The values of a tree, in its order; `undefined` and empty maps are left out. */
export function flatten(tree: unknown, key = ''): readonly Leaf[] {
  if (tree === undefined) return [];
  if (!isTree(tree)) return [{ key, value: typeof tree === 'string' ? tree : JSON.stringify(tree) }];
  if (Array.isArray(tree) && tree.every((item) => !isTree(item))) {
    return tree.length === 0 ? [] : [{ key, value: tree.map(String).join(', ') }];
  }
  return Object.entries(tree).flatMap(([name, value]) => flatten(value, key === '' ? name : `${key}.${name}`));
}

function isTree(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
