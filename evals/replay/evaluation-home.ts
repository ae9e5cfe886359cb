import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { JobError } from '../../domain/errors.ts';
import { removeEngine } from '../../main/engine.ts';

/** The root of the project, to which the job folders of evaluations are relative. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const LEFT_AFTER_MS = 3_600_000;

/** A home that no engine has had, for one evaluation. Deletes those that evaluations which were killed have left behind. */
export function evaluationHome(): string {
  // Set but empty counts as unset.
  const parent = join(resolve(process.env['HOLDFAST_HOME'] || join(ROOT, '.holdfast')), 'eval');
  sweep(parent);
  return join(parent, randomBytes(4).toString('hex'));
}

// One that is younger may be starting, and one that runs is refused.
function sweep(parent: string): void {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const home = join(parent, name);
    if (Date.now() - statSync(home).mtimeMs < LEFT_AFTER_MS) continue;
    try {
      removeEngine(home);
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
    }
  }
}
