import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../domain/principal.ts';
import { publicKeyText } from './public-key-text.ts';
import type { ApiSettingsInput } from '../api/settings.ts';

const PEOPLE: Readonly<Record<string, readonly Role[]>> = {
  ada: ['operator', 'admin'],
  grace: ['approver', 'auditor'],
};

/**
 * The two people of the embedded stack: ada operates, grace decides. Their keys are made at the first start and lie in the
 * home, which its owner alone can read. For trying things out: whoever can read the home is both of them.
 */
export function samplePeople(home: string, tenants: readonly string[]): ApiSettingsInput['principals'] {
  const folder = join(home, 'people');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return Object.fromEntries(
    Object.entries(PEOPLE).map(([name, roles]) => [
      name,
      { kind: 'person', tenants: [...tenants], roles: [...roles], publicKey: publicKeyOf(join(folder, `${name}.key`)) },
    ]),
  );
}

function publicKeyOf(path: string): string {
  if (!existsSync(path)) makeKey(path);
  return publicKeyText(createPrivateKey(readFileSync(path, 'utf8')));
}

function makeKey(path: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  chmodSync(draft, 0o600);
  renameSync(draft, path);
}
