import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isRecord, readPrivateJson, writePrivateFile } from '../private-file.ts';

/** A home on a disk that is not mounted looks deleted too; its database is kept for a week after it last ran. */
const FORGOTTEN_MS = 7 * 24 * 3_600_000;

/** Notes beside a database outside of its home whose it is. */
export function noteOwner(folder: string, home: string): void {
  writePrivateFile(noteOf(folder), JSON.stringify({ home }));
}

/** Deletes a database outside of its home, and the note beside it. */
export function removeDatabase(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  rmSync(noteOf(folder), { force: true });
}

/** Deletes the databases of homes that were deleted, as with their clone: nobody can enter those again. */
export function removeForgotten(shared: string): void {
  const notes = readdirSync(shared).filter((name) => name.endsWith('.json'));
  for (const folder of notes.map((name) => join(shared, basename(name, '.json')))) {
    const note = readPrivateJson(noteOf(folder));
    const home = isRecord(note) ? note['home'] : undefined;
    if (typeof home === 'string' && !existsSync(home) && isOld(folder)) removeDatabase(folder);
  }
}

function isOld(folder: string): boolean {
  try {
    // Written whenever the database starts, stops or makes a checkpoint.
    return Date.now() - statSync(join(folder, 'data/global/pg_control')).mtimeMs > FORGOTTEN_MS;
  } catch {
    return true;
  }
}

function noteOf(folder: string): string {
  return `${folder}.json`;
}
