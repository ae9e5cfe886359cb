import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JobError } from '../domain/errors.ts';

/** Longest path of a Unix socket that every system takes, in bytes; macOS allows 103 and Linux 107. */
const SOCKET_PATH_BYTES = 103;
/** Room for the longest socket name that is put into the sockets' folder. */
const SOCKET_NAME_BYTES = 24;

/** The folder that holds everything of one stack; readable by its owner alone. */
export interface Home {
  readonly folder: string;
  readonly logs: string;
  readonly locks: string;
  /** For Unix sockets: inside the home where the path stays short enough, else below `/tmp`. */
  readonly sockets: string;
  /** Twelve characters that tell this home from others on the machine. */
  readonly tag: string;
}

/**
 * Makes the home of a stack, or takes the one that is there.
 * @throws {JobError} `setup-failed` when the folder cannot be made, or `/tmp` holds a folder of somebody else
 */
export function openHome(path: string): Home {
  const folder = makePrivateFolder(resolve(path));
  const tag = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return {
    folder,
    tag,
    logs: makePrivateFolder(join(folder, 'logs')),
    locks: makePrivateFolder(join(folder, 'locks')),
    sockets: makePrivateFolder(socketsFolder(folder, tag)),
  };
}

function socketsFolder(folder: string, tag: string): string {
  const inside = join(folder, 'run');
  const fits = Buffer.byteLength(inside) + SOCKET_NAME_BYTES <= SOCKET_PATH_BYTES;
  return fits ? inside : `/tmp/holdfast-${process.getuid?.() ?? 0}-${tag}`;
}

function makePrivateFolder(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const { uid, mode } = lstatSync(path);
    const mine = uid === process.getuid?.();
    if (mine && (mode & 0o077) !== 0) chmodSync(path, 0o700);
    if (mine) return realpathSync(path);
  } catch (error) {
    throw new JobError(
      'setup-failed',
      `the folder ${path} cannot be made or read; choose another home or give it to yourself`,
      { cause: error },
    );
  }
  throw new JobError('setup-failed', `the folder ${path} belongs to another user; remove it or choose another home`);
}
