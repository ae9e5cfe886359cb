import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the stack that rehearsals run on: `.holdfast/testing` in the project that a folder lies in, by its package.json. */
export function projectHome(folder: string): string {
  return join(projectOf(folder) ?? folder, '.holdfast/testing');
}

function projectOf(folder: string): string | undefined {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : projectOf(parent);
}
