import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { sentenceOf } from '../../domain/errors.ts';

/** A file of a folder with what it holds, or what is wrong with it. */
export type JsonFile = { readonly name: string } & ({ readonly value: unknown } | { readonly why: string });

/**
 * The JSON files of a folder but its SOURCE.json, in the order of their names.
 * @throws NodeJS.ErrnoException when the folder cannot be read
 */
export async function readJsonFiles(folder: string): Promise<readonly JsonFile[]> {
  const all = await readdir(resolve(folder));
  const names = all.filter((name) => name.endsWith('.json') && name !== 'SOURCE.json').toSorted();
  return Promise.all(names.map((name) => fileOf(folder, name)));
}

async function fileOf(folder: string, name: string): Promise<JsonFile> {
  try {
    return { name, value: JSON.parse(await readFile(join(folder, name), 'utf8')) };
  } catch (cause) {
    return { name, why: sentenceOf(cause) };
  }
}
