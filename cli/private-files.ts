import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { JobError, sentenceOf } from '../domain/errors.ts';

/** The folder of a person's keys and sessions: `$XDG_CONFIG_HOME/holdfast`, else `~/.config/holdfast`. */
export function configFolder(env: NodeJS.ProcessEnv): string {
  const named = env['XDG_CONFIG_HOME'] ?? '';
  return join(named === '' ? join(homedir(), '.config') : resolve(named), 'holdfast');
}

/**
 * Writes a file that only its owner can read, below a folder that only its owner can enter. In one step: a reader finds
 * the old content or the new.
 * @throws JobError `setup-failed` when it cannot be written
 */
export function writePrivate(path: string, content: string): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, content, { mode: 0o600 });
    renameSync(draft, path);
  } catch (cause) {
    throw new JobError(
      'setup-failed',
      `${path} cannot be written (${sentenceOf(cause)}); give the folder to yourself, or name another with XDG_CONFIG_HOME.`,
      { cause },
    );
  }
}

/**
 * The content of a file that holds a secret; `undefined` when there is none.
 * @throws JobError `invalid-config` when others can read it, or its owner cannot
 */
export function readPrivate(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const { mode } = statSync(path);
  // Windows has no such modes.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new JobError(
      'invalid-config',
      `${path} can be read by others (mode ${(mode & 0o777).toString(8)}); close it with \`chmod 600 ${path}\`, and make a new secret if somebody may have seen it.`,
    );
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new JobError('invalid-config', `${path} cannot be read (${sentenceOf(cause)}); give it to yourself.`, {
      cause,
    });
  }
}
