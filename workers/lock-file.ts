import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathsAbove } from './paths-above.ts';

const LOCK_FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'];

/** The nearest lock file at or above a folder, by which what lies in node_modules is known; empty when there is none. */
export function lockFileOf(folder: string): readonly string[] {
  const found = pathsAbove(folder, '.').flatMap((above) => LOCK_FILES.map((name) => join(above, name)));
  return found.filter((path) => existsSync(path)).slice(0, 1);
}
