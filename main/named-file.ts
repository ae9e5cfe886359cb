import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { JobError } from '../domain/errors.ts';

/** A file of a project with the name that a command line gives it. */
export interface NamedFile {
  readonly name: string;
  /** As it was written. */
  readonly file: string;
  /** Absolute. */
  readonly path: string;
}

const FORM = /^(?<name>[a-z][a-z0-9-]{0,40})=(?<file>.+)$/;

/**
 * Reads `NAME=FILE`, the file relative to a folder.
 * @throws JobError `invalid-input` for another form, or when there is no such file
 */
export function namedFile(option: string, text: string, folder: string): NamedFile {
  const { name, file } = FORM.exec(text)?.groups ?? {};
  if (name === undefined || file === undefined) {
    throw new JobError(
      'invalid-input',
      `${option} takes NAME=FILE, the name in lower-case letters, digits and hyphens, not "${text}".`,
    );
  }
  const path = resolve(folder, file);
  if (existsSync(path)) return { name, file, path };
  throw new JobError('invalid-input', `${option} ${name} names ${file}, but there is no such file in ${folder}.`);
}
