import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { importJWK, jwtVerify } from 'jose';
import { logInStatement } from '../../main/log-in-statement.ts';
import { findKey, makeKey } from '../../cli/personal-key.ts';

let folder: string;
let env: NodeJS.ProcessEnv;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-key-'));
  env = { XDG_CONFIG_HOME: join(folder, 'config') };
});
afterEach(() => rmSync(folder, { recursive: true }));

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

test('a key is made for its owner alone, found again, and never overwritten [cli.key]', () => {
  const made = makeKey('ada', env);
  expect(made.path).toBe(join(folder, 'config/holdfast/keys/ada.key'));
  expect([modeOf(made.path), modeOf(join(folder, 'config/holdfast/keys'))]).toEqual(['600', '700']);
  expect(readFileSync(made.path, 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(made.publicKey).toMatch(/^ed25519:[A-Za-z0-9_-]{43}$/);
  expect(findKey({ name: 'ada', cwd: folder, env })?.publicKey).toBe(made.publicKey);
  expect(() => makeKey('ada', env)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  expect(findKey({ name: 'ada', cwd: folder, env })?.publicKey).toBe(made.publicKey);
});

test('a key that others can read is refused, with the command that closes it [cli.key]', () => {
  const { path } = makeKey('ada', env);
  for (const mode of [0o644, 0o640, 0o604]) {
    chmodSync(path, mode);
    expect(() => findKey({ name: 'ada', cwd: folder, env })).toThrow(
      expect.objectContaining({ code: 'invalid-config', message: expect.stringContaining(`chmod 600 ${path}`) }),
    );
  }
});

test('the keys of the sample people are found from anywhere in the project, and the own key comes first [cli.key]', () => {
  const people = join(folder, 'project/.holdfast/people');
  const inside = join(folder, 'project/jobs/deep');
  mkdirSync(people, { recursive: true });
  mkdirSync(inside, { recursive: true });
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(people, 'grace.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  expect(findKey({ name: 'grace', cwd: inside, env })?.path).toBe(join(people, 'grace.key'));
  expect(findKey({ name: 'grace', cwd: folder, env })).toBeUndefined();
  const own = makeKey('grace', env);
  expect(findKey({ name: 'grace', cwd: inside, env })?.path).toBe(own.path);
});

test('a file of --key that is not there, or holds another kind of key, is refused by its path [cli.key]', () => {
  expect(() => findKey({ name: 'ada', file: 'no.key', cwd: folder, env })).toThrow(
    expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(join(folder, 'no.key')) }),
  );
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  for (const content of ['no key at all', rsa, '']) {
    writeFileSync(join(folder, 'bad.key'), content, { mode: 0o600 });
    expect(() => findKey({ name: 'ada', file: 'bad.key', cwd: folder, env })).toThrow(
      expect.objectContaining({ code: 'invalid-config' }),
    );
  }
});

test.each(['../ada', 'Ada', '', 'a/b', 'x'.repeat(64)])('"%s" names nobody, and no file [cli.key]', (name) => {
  expect(() => makeKey(name, env)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  expect(() => findKey({ name, cwd: folder, env })).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});

test('a log-in is signed by the key, for this audience, tenant and minute, and never the same twice [cli.login]', async () => {
  const key = makeKey('ada', env);
  const statement = await logInStatement({ name: 'ada', tenant: 'accounts', key: key.key });
  const verifier = await importJWK({ kty: 'OKP', crv: 'Ed25519', x: key.publicKey.slice('ed25519:'.length) }, 'EdDSA');
  const { payload } = await jwtVerify(statement, verifier, {
    issuer: 'ada',
    audience: 'holdfast',
    algorithms: ['EdDSA'],
  });
  expect(payload).toMatchObject({ tenant: 'accounts', jti: expect.any(String) });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  await expect(logInStatement({ name: 'ada', tenant: 'accounts', key: key.key })).resolves.not.toBe(statement);
});
