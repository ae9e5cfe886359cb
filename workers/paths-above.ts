import { dirname, join } from 'node:path';

/** A path of this name in a folder and in every folder above it, the nearest first; nobody says that they are there. */
export function pathsAbove(folder: string, name: string): readonly string[] {
  const above = dirname(folder);
  return [join(folder, name), ...(above === folder ? [] : pathsAbove(above, name))];
}
