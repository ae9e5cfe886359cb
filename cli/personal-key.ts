import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JobError } from '../domain/errors.ts';
import { isPrincipalName } from '../domain/principal.ts';
import { publicKeyText } from '../main/public-key-text.ts';
import { findProject } from './find-project.ts';
import { configFolder, readPrivate, writePrivate } from './private-files.ts';

/** The Ed25519 key by which a person says who it is. */
export interface PersonalKey {
  readonly path: string;
  readonly key: KeyObject;
  /** `ed25519:` and the raw 32 bytes as base64url; stands in the configuration. */
  readonly publicKey: string;
}

/** Where a person's key is looked for. */
export interface KeySearch {
  readonly name: string;
  /** The value of `--key`. */
  readonly file?: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * The key of a person: the named file, else the own one, else that of a sample person of the project in this folder or
 * above. `undefined` when there is none.
 * @throws JobError `invalid-input` for a name that is none or a named file that is not there; `invalid-config` when others
 * can read the file, or it holds no such key
 */
export function findKey({ name, file, cwd, env }: KeySearch): PersonalKey | undefined {
  checkName(name);
  if (file !== undefined) {
    const path = resolve(cwd, file);
    if (existsSync(path)) return readKey(path);
    throw new JobError('invalid-input', `The key ${path} of --key is not there; name the file of your key.`);
  }
  const own = ownPath(name, env);
  const path = existsSync(own) ? own : sampleKeyPath({ name, cwd, env });
  return path === undefined ? undefined : readKey(path);
}

/** Where the key of a sample person of the project in this folder or above is; `undefined` when there is none. */
export function sampleKeyPath({ name, cwd, env }: Omit<KeySearch, 'file'>): string | undefined {
  const home = findProject(cwd, env)?.home;
  const path = home === undefined ? undefined : join(home, 'people', `${name}.key`);
  return path !== undefined && existsSync(path) ? path : undefined;
}

/**
 * Makes a key of the person's own, as PKCS#8 PEM with mode 0600.
 * @throws JobError `invalid-input` when there is one already, which is never overwritten
 */
export function makeKey(name: string, env: NodeJS.ProcessEnv): PersonalKey {
  checkName(name);
  const path = ownPath(name, env);
  if (existsSync(path)) {
    throw new JobError('invalid-input', `There is a key at ${path} already; move it away before you make another.`);
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  writePrivate(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return { path, key: privateKey, publicKey: publicKeyText(privateKey) };
}

function readKey(path: string): PersonalKey {
  const pem = readPrivate(path) ?? '';
  const key = keyOf(pem);
  if (key?.asymmetricKeyType === 'ed25519') return { path, key, publicKey: publicKeyText(key) };
  throw new JobError(
    'invalid-config',
    `${path} holds no Ed25519 key in PKCS#8 PEM without a passphrase; \`holdfast login --new-key NAME\` makes one.`,
  );
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function ownPath(name: string, env: NodeJS.ProcessEnv): string {
  return join(configFolder(env), 'keys', `${name}.key`);
}

function checkName(name: string): void {
  if (isPrincipalName(name)) return;
  throw new JobError(
    'invalid-input',
    `"${name}" is no name of a person; it takes 1 to 63 of a-z, 0-9 and "-", starting with a letter.`,
  );
}
