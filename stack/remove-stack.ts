import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { JobError } from '../domain/errors.ts';
import { lockHolder } from '../scripts/lock.js';
import { openHome } from './home.ts';
import { removePlace } from './postgres/place.ts';

/**
 * Deletes everything that a stack has kept, also what root's database keeps outside of the home.
 * @throws {JobError} `stack-failed` while it runs
 */
export function removeStack(path: string): void {
  const home = openHome(path);
  const holder = lockHolder(join(home.locks, 'supervisor'));
  if (holder !== undefined)
    throw new JobError('stack-failed', `the stack in ${path} runs (process ${holder.pid}); stop it first`);
  removePlace(home);
  rmSync(home.sockets, { recursive: true, force: true });
  rmSync(home.folder, { recursive: true, force: true });
}
