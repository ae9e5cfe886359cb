import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SignJWT } from 'jose';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type Answered, type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';

const ada = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');
const publicKey = `ed25519:${ada.publicKey.export({ format: 'jwk' }).x ?? ''}`;
let api: ApiUnderTest;

beforeAll(async () => {
  const tenant = `test-${Math.random().toString(36).slice(2, 10)}`;
  api = await startApiUnderTest({
    tenant: tenant as ApiUnderTest['tenant'],
    principals: { ada: { kind: 'person', tenants: [tenant], roles: ['operator', 'admin'], publicKey } },
  });
});

afterAll(() => api?.close());

interface Claims {
  readonly name?: string;
  readonly audience?: string;
  readonly tenant?: string;
  readonly id?: string;
  /** When it was made, in seconds from now. */
  readonly ago?: number;
  readonly key?: KeyObject;
}

async function statement({
  name = 'ada',
  audience = 'holdfast',
  tenant,
  id,
  ago = 0,
  key,
}: Claims = {}): Promise<string> {
  const made = Math.floor(Date.now() / 1_000) - ago;
  return new SignJWT({ tenant: tenant ?? api.tenant })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer(name)
    .setAudience(audience)
    .setJti(id ?? Math.random().toString(36))
    .setIssuedAt(made)
    .setExpirationTime(made + 60)
    .sign(key ?? ada.privateKey);
}

async function logIn(text: string, roles?: readonly string[]): Promise<Answered> {
  return ask(api.address, 'POST /v1/log-in', { body: { statement: text, ...(roles === undefined ? {} : { roles }) } });
}

test('a statement signed with the personal key gives a token for twelve hours [api.log-in]', async () => {
  const { status, body } = await logIn(await statement());
  expect([status, body]).toMatchObject([201, { principal: 'ada', tenant: api.tenant, roles: ['operator', 'admin'] }]);
  const who = await ask(api.address, 'GET /v1/whoami', { token: body.token });
  expect(who).toMatchObject({ status: 200, body: { principal: 'ada', kind: 'person', tenant: api.tenant } });
  expect(await logIn(await statement(), ['operator'])).toMatchObject({ body: { roles: ['operator'] } });
  expect(await logIn(await statement(), ['auditor'])).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});

test('a statement counts once, also when it comes twice at once [api.log-in]', async () => {
  const text = await statement();
  const answers = await Promise.all([logIn(text), logIn(text), logIn(text)]);
  expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', '401', '401']);
});

test.each([
  ['a key that is not hers', async () => statement({ key: stranger.privateKey }), /^"ada" with this key is not known/],
  ['a name that nobody has', async () => statement({ name: 'eve' }), /^"eve" with this key is not known/],
  ['a tenant that she is not in', async () => statement({ tenant: 'default' }), /^"ada" with this key is not known/],
  ['another audience', async () => statement({ audience: 'elsewhere' }), /^The log-in does not hold/],
  ['a statement that is over', async () => statement({ ago: 200 }), /clock right; log in again/],
  ['a statement from the future', async () => statement({ ago: -300 }), /clock right; log in again/],
  ['no statement', async () => 'hello', /^The statement is not well-formed/],
])('%s opens nothing [api.log-in]', async (_, text, detail) => {
  const { status, body } = await logIn(await text());
  expect([status, body.code, body.detail]).toEqual([401, 'unauthenticated', expect.stringMatching(detail)]);
});

test('a statement without a signature opens nothing [api.log-in]', async () => {
  const [, claims = ''] = (await statement()).split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  expect(await logIn(`${header}.${claims}.`)).toMatchObject({ status: 401 });
});
