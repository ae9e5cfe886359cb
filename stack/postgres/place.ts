import { chmodSync, chownSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JobError } from '../../domain/errors.ts';
import type { Home } from '../home.ts';
import { isRecord, readPrivateJson, writePrivateFile } from '../private-file.ts';
import { binariesForAnyUser, binariesForThisUser, canRunAs } from './binaries.ts';
import { noteOwner, removeDatabase, removeForgotten } from './forgotten.ts';

/** PostgreSQL refuses to run as root, so root lends it to another user, who can enter none of root's own folders. */
export interface PostgresUser {
  readonly uid: number;
  readonly gid: number;
}

/** Where the database of a home lives, and as whom it runs. */
export interface PostgresPlace {
  /** Holds `bin`, `lib` and `share`. */
  readonly binaries: string;
  /** What belongs to PostgreSQL of this home alone. */
  readonly folder: string;
  readonly data: string;
  readonly socket: string;
  readonly user?: PostgresUser;
}

/** Where root puts what the database's user must reach. `/var/tmp` may be emptied by the system after a month. */
const SHARED_FOLDERS = ['/var/lib/holdfast', '/var/tmp/holdfast-0'];

/**
 * The place of a home's database: inside the home, or for root in a folder outside that the home remembers.
 * @throws {JobError} `setup-failed` when root finds no folder for it
 */
export async function placeOf(home: Home): Promise<PostgresPlace> {
  if (process.getuid?.() === 0) return placeForRoot(home);
  const folder = join(home.folder, 'postgres');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return { binaries: await binariesForThisUser(), folder, data: join(folder, 'data'), socket: home.sockets };
}

/** Deletes what the database of a home keeps outside of it. Nothing may run. */
export function removePlace(home: Home): void {
  const folder = rememberedFolder(home);
  if (folder !== undefined) removeDatabase(folder);
}

async function placeForRoot(home: Home): Promise<PostgresPlace> {
  const user = databaseUser();
  const remembered = rememberedFolder(home);
  for (const shared of remembered === undefined ? SHARED_FOLDERS : [join(remembered, '..')]) {
    const binaries = await binariesForAnyUser(shared);
    if (binaries === undefined || !(await canRunAs(binaries, user))) continue;
    const folder = join(shared, home.tag);
    // A home that was deleted and made again must not meet the data of its predecessor, whose passwords are gone.
    if (remembered === undefined) {
      removeDatabase(folder);
      removeForgotten(shared);
    }
    noteOwner(folder, home.folder);
    writePrivateFile(placeFile(home), JSON.stringify({ folder }));
    return makePlace({ binaries, folder, user });
  }
  throw new JobError(
    'setup-failed',
    `PostgreSQL cannot run as root, and user ${user.uid} can run it from none of ${SHARED_FOLDERS.join(', ')}; start as another user or set DATABASE_URL and TEMPORAL_ADDRESS`,
  );
}

function makePlace({
  binaries,
  folder,
  user,
}: {
  binaries: string;
  folder: string;
  user: PostgresUser;
}): PostgresPlace {
  const socket = join(folder, 'socket');
  mkdirSync(socket, { recursive: true, mode: 0o700 });
  for (const path of [folder, socket]) {
    chownSync(path, user.uid, user.gid);
    chmodSync(path, 0o700);
  }
  return { binaries, folder, data: join(folder, 'data'), socket, user };
}

/** The system's own user for this purpose, else `nobody`. */
function databaseUser(): PostgresUser {
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = accountLine(name)?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new JobError(
    'setup-failed',
    'PostgreSQL cannot run as root and there is no user "postgres" or "nobody"; start as another user',
  );
}

function accountLine(name: string): string | undefined {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`));
}

function rememberedFolder(home: Home): string | undefined {
  const stored = readPrivateJson(placeFile(home));
  return isRecord(stored) && typeof stored['folder'] === 'string' ? stored['folder'] : undefined;
}

function placeFile(home: Home): string {
  return join(home.folder, 'postgres-place.json');
}
