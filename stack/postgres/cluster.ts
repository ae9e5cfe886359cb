import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { JobError } from '../../domain/errors.ts';
import type { PostgresPlace } from './place.ts';

/** The login that owns the cluster. */
export const SUPERUSER = 'postgres';

/**
 * Creates the database cluster of a place unless it is there. One that was begun and not finished is begun again.
 * @throws {JobError} `setup-failed` with what PostgreSQL says
 */
export async function createCluster(place: PostgresPlace, password: string): Promise<void> {
  if (existsSync(place.data)) return;
  const draft = `${place.data}.draft`;
  const passwordFile = join(place.folder, 'password');
  rmSync(draft, { recursive: true, force: true });
  try {
    mkdirSync(draft, { mode: 0o700 });
    writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of place.user === undefined ? [] : [draft, passwordFile])
      chownSync(path, place.user?.uid ?? 0, place.user?.gid ?? 0);
    await runInitdb(place, draft, passwordFile);
    renameSync(draft, place.data);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

function runInitdb(place: PostgresPlace, data: string, passwordFile: string): Promise<void> {
  const args = [
    '-D',
    data,
    '-U',
    SUPERUSER,
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--encoding=UTF8',
    '--locale=C',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(join(place.binaries, 'bin/initdb'), args, {
      ...place.user,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const fail = (reason: string) =>
      reject(new JobError('setup-failed', `PostgreSQL could not create its database in ${place.folder}: ${reason}`));
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) =>
      code === 0 ? resolve() : fail(said.trim().split('\n').at(-1) ?? `exit code ${code}`),
    );
  });
}
