import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, ownIdentity } from './process-identity.js';

/**
 * A lock between processes that ends with its holder, also by kill -9.
 *
 * The folder holds one numbered file per holder; the highest number holds the lock, for as long as the process named
 * inside runs. A newcomer may create the next number only when that one is free or dead, and the highest number is
 * never removed: so nobody can delete a lock that was taken anew in the meantime.
 * @typedef {import('./process-identity.js').ProcessIdentity} ProcessIdentity
 */

/**
 * Takes the lock when nobody holds it: the answer is a function that releases it, or whoever holds it.
 * @param {string} folder
 * @returns {{ release: () => void } | { holder: ProcessIdentity }}
 */
export function tryLock(folder) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (;;) {
    const highest = highestNumber(folder);
    const holder = readHolder(join(folder, String(highest)));
    if (holder !== undefined && isRunning(holder)) return { holder };
    const mine = join(folder, String(highest + 1));
    if (create(folder, mine)) {
      // A number above ours was taken while ours had been seen free: that one holds.
      if (highestNumber(folder) !== highest + 1) rmSync(mine, { force: true });
      else return { release: hold(folder, highest + 1) };
    }
  }
}

/**
 * Who holds the lock now.
 * @param {string} folder
 * @returns {ProcessIdentity | undefined}
 */
export function lockHolder(folder) {
  if (!existsSync(folder)) return undefined;
  const holder = readHolder(join(folder, String(highestNumber(folder))));
  return holder !== undefined && isRunning(holder) ? holder : undefined;
}

/**
 * Waits until nobody else holds the lock and takes it. `onWait` is called once when there is somebody to wait for.
 * @param {string} folder
 * @param {(holder: ProcessIdentity) => void} [onWait]
 * @returns {Promise<() => void>} what releases the lock
 */
export async function lock(folder, onWait) {
  let told = false;
  for (;;) {
    const taken = tryLock(folder);
    if ('release' in taken) return taken.release;
    if (!told) onWait?.(taken.holder);
    told = true;
    await delay(100);
  }
}

/**
 * @param {string} folder
 * @param {number} number
 */
function hold(folder, number) {
  for (const name of readdirSync(folder))
    if (/^\d+$/.test(name) && Number(name) < number) rmSync(join(folder, name), { force: true });
  return () => {
    const free = join(folder, `free-${randomBytes(6).toString('hex')}`);
    writeFileSync(free, 'free', { mode: 0o600 });
    renameSync(free, join(folder, String(number)));
  };
}

/**
 * Creates a lock file with its content in one step; `false` when it exists.
 * @param {string} folder
 * @param {string} path
 */
function create(folder, path) {
  const draft = join(folder, `draft-${randomBytes(6).toString('hex')}`);
  writeFileSync(draft, JSON.stringify(ownIdentity()), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** @param {string} folder */
function highestNumber(folder) {
  return Math.max(
    0,
    ...readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  );
}

/**
 * @param {string} path
 * @returns {ProcessIdentity | undefined}
 */
function readHolder(path) {
  try {
    return /** @type {ProcessIdentity} */ (JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Free, or just removed by the holder of a higher number, which the next step finds out.
    return undefined;
  }
}
