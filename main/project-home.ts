import { join, resolve } from 'node:path';

/** The folder that keeps everything of a project: what `HOLDFAST_HOME` names, else `.holdfast` in the project. */
export function projectHome(root: string, env: NodeJS.ProcessEnv): string {
  const named = env['HOLDFAST_HOME'] ?? '';
  // Set but empty counts as unset.
  return named === '' ? join(root, '.holdfast') : resolve(named);
}
