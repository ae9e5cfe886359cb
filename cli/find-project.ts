import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The project that a folder is part of. */
export interface Project {
  /** The folder of temporal.yaml, or of `.holdfast/` where there is none. */
  readonly root: string;
  /** Where its engine keeps everything. */
  readonly home: string;
}

/**
 * The nearest project in a folder or above it: the first that holds `.holdfast/` or temporal.yaml. `HOLDFAST_HOME` names
 * another home. `undefined` when there is neither.
 */
export function findProject(cwd: string, env: NodeJS.ProcessEnv): Project | undefined {
  const named = env['HOLDFAST_HOME'] ?? '';
  const root = nearestRoot(resolve(cwd));
  if (named !== '') return { root: root ?? resolve(cwd), home: resolve(named) };
  return root === undefined ? undefined : { root, home: join(root, '.holdfast') };
}

function nearestRoot(folder: string): string | undefined {
  if (existsSync(join(folder, 'temporal.yaml')) || existsSync(join(folder, '.holdfast'))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : nearestRoot(above);
}
