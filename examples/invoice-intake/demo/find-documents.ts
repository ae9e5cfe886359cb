import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JobError } from 'holdfast';
import { MAX_CONTENT_BYTES, tooLarge } from '../reading/format.ts';
import { ENDINGS, isTaken } from './delivery.ts';

/** A file that is to be delivered. */
export interface FoundDocument {
  readonly name: string;
  readonly path: string;
}

/** What a folder holds. */
export interface FoundDocuments {
  /** Sorted by name. */
  readonly documents: readonly FoundDocument[];
  /** What is not delivered, each with the reason. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

type Entry = { readonly document: FoundDocument } | { readonly skipped: FoundDocuments['skipped'][number] };

/**
 * Looks through a folder for documents.
 * @throws JobError `invalid-input` when there is no such folder, or no document in it
 */
export async function findDocuments(folder: string): Promise<FoundDocuments> {
  const entries = await entriesOf(folder);
  const names = entries.toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const found = await Promise.all(names.map((entry) => look(folder, entry)));
  const documents = found.flatMap((entry) => ('document' in entry ? [entry.document] : []));
  const skipped = found.flatMap((entry) => ('skipped' in entry ? [entry.skipped] : []));
  if (documents.length > 0) return { documents, skipped };
  const [first] = skipped;
  const why = first === undefined ? 'it is empty' : `${first.name}: ${first.reason}`;
  throw new JobError(
    'invalid-input',
    `The folder ${folder} of --documents holds no document that is taken (${ENDINGS.join(', ')}): ${why.replace(/\.$/u, '')}.`,
  );
}

async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const why =
      codeOf(cause) === 'ENOTDIR' ? 'is a file' : codeOf(cause) === 'ENOENT' ? 'is not there' : 'cannot be read';
    throw new JobError('invalid-input', `The folder ${folder} of --documents ${why}; name a folder of documents.`, {
      cause,
    });
  }
}

async function look(folder: string, { name }: Dirent): Promise<Entry> {
  const skip = (reason: string): Entry => ({ skipped: { name, reason } });
  const path = join(folder, name);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return skip('it cannot be read.');
  if (found.isDirectory()) return skip('sub-folders are not followed; name it as --documents by itself.');
  if (!isTaken(name)) return skip(`its format is not read; ${ENDINGS.join(', ')} are.`);
  if (!found.isFile()) return skip('it is no file.');
  if (found.size === 0) return skip('it is empty.');
  if (found.size > MAX_CONTENT_BYTES) return skip(`it ${tooLarge(found.size)}`);
  return { document: { name, path } };
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
