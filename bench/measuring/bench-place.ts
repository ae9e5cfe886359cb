import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the sources lie, which job folders are named from. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of a benchmark's own stack, so that none disturbs another: below `HOLDFAST_HOME`, by default `.holdfast`. */
export function homeOf(benchmark: string): string {
  // Set but empty counts as unset.
  return join(resolve(process.env['HOLDFAST_HOME'] || join(ROOT, '.holdfast')), `bench-${benchmark}`);
}
