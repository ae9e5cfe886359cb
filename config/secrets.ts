import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { variableOf, type Environment } from './environment.ts';

/** Where references of a configuration are looked up. */
export interface SecretSource {
  /** The folder that `file:` paths start from. */
  readonly root: string;
  readonly env: Environment;
}

/**
 * What `env:NAME` or `file:PATH` refers to; a line end at the end of a file does not count.
 * @throws JobError `invalid-config` when the variable is not set, or the file is empty or cannot be read
 */
export function secretOf(reference: string, key: string, source: SecretSource): string {
  return reference.startsWith('env:')
    ? fromEnvironment(reference.slice('env:'.length), key, source)
    : fromFile(reference.slice('file:'.length), key, source);
}

function fromEnvironment(name: string, key: string, { env }: SecretSource): string {
  const value = variableOf(env, name);
  if (value !== undefined) return value;
  throw new JobError('invalid-config', `\`${key}\` refers to the environment variable ${name}, which is not set.`);
}

function fromFile(path: string, key: string, { root }: SecretSource): string {
  let text: string;
  try {
    text = readFileSync(resolve(root, path), 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    const why = sentenceOf(cause).replaceAll(/\s+/g, ' ');
    throw new JobError('invalid-config', `\`${key}\` refers to the file ${path}, which cannot be read: ${why}.`, {
      cause,
    });
  }
  if (text !== '') return text;
  throw new JobError('invalid-config', `\`${key}\` refers to the file ${path}, which is empty.`);
}
