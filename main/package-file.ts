import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { JobError } from '../domain/errors.ts';

/**
 * The path of a file in the folder of this package, wherever the code runs from: the checkout or the build in `dist/`.
 * @throws JobError `internal` when the package lacks it
 */
export function packageFile(name: string): string {
  const inCheckout = dirname(import.meta.dirname);
  const found = [inCheckout, dirname(inCheckout)].map((folder) => join(folder, name)).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new JobError('internal', `The package holdfast lacks its file ${name}; install it again.`);
}
