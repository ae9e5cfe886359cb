import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Home } from './home.ts';
import { isRecord, readPrivateJson, writePrivateFile } from './private-file.ts';

/**
 * The random secret of this name, made at its first use and kept in the home. 192 bits, safe in a URL. Not for
 * concurrent callers: hold the home's set-up lock.
 */
export function secretOf(home: Home, name: string): string {
  const path = join(home.folder, 'secrets.json');
  const stored = readPrivateJson(path);
  const secrets = isRecord(stored) ? stored : {};
  const known = secrets[name];
  if (typeof known === 'string') return known;
  const made = randomBytes(24).toString('base64url');
  writePrivateFile(path, JSON.stringify({ ...secrets, [name]: made }, undefined, 2));
  return made;
}
