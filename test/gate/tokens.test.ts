import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type ClientStore, type NewToken, openClientStore } from '../../gate/client-store.ts';
import type { Database } from '../../gate/database.ts';
import { sharedStack } from '../stack-addresses.ts';
import { databaseAs, newTenant } from './fixture.ts';

const HOUR_MS = 3_600_000;

let owner: Database;
let store: ClientStore;

beforeAll(async () => {
  owner = databaseAs('owner');
  store = await openClientStore({ databaseUrl: sharedStack().database.clientUrl });
});
afterAll(async () => {
  await Promise.all([owner.close(), store.close()]);
});

function aToken(parts: Partial<NewToken> = {}): NewToken {
  return {
    tenant: newTenant(),
    tokenId: randomBytes(9).toString('base64url'),
    digest: createHash('sha256').update(randomBytes(32)).digest(),
    principal: 'ann',
    roles: ['operator', 'viewer'],
    label: 'laptop',
    issuedBy: 'ann',
    expiresAt: new Date(Date.now() + HOUR_MS),
    ...parts,
  };
}

async function change(token: NewToken, assignment: string): Promise<void> {
  const text = `update gate.api_token set ${assignment} where tenant = $1 and token_id = $2`;
  await owner.query({ name: `test.token ${assignment}`.slice(0, 60), text }, [token.tenant, token.tokenId]);
}

test('a token is live until it ends or is revoked, and stays revoked by whoever did so first [tokens.end]', async () => {
  const token = aToken();
  const { tenant, tokenId } = token;
  await expect(store.tokens.issue(token)).resolves.toMatchObject({ state: 'live', roles: ['viewer', 'operator'] });
  const used = await store.tokens.use(tenant, tokenId);
  expect(used).toMatchObject({ state: 'live', principal: 'ann', label: 'laptop', lastUsedAt: expect.any(Date) });
  expect(Buffer.from(used?.digest ?? []).equals(Buffer.from(token.digest))).toBe(true);
  await expect(store.tokens.revoke({ tenant, tokenId, by: 'ben' })).resolves.toBe(true);
  const revoked = await store.tokens.use(tenant, tokenId);
  expect(revoked).toMatchObject({ state: 'revoked', revokedBy: 'ben', revokedAt: expect.any(Date) });
  await expect(store.tokens.revoke({ tenant, tokenId, by: 'cid' })).resolves.toBe(true);
  await expect(store.tokens.use(tenant, tokenId)).resolves.toEqual(revoked);
  const expired = aToken();
  await store.tokens.issue(expired);
  await change(expired, `expires_at = clock_timestamp() - interval '1 millisecond'`);
  await expect(store.tokens.use(expired.tenant, expired.tokenId)).resolves.toMatchObject({
    state: 'expired',
    lastUsedAt: undefined,
  });
});

test('a token of another tenant is not there: it cannot be used, listed or revoked [tokens.apart]', async () => {
  const token = aToken();
  await store.tokens.issue(token);
  const tenant = newTenant();
  await expect(store.tokens.use(tenant, token.tokenId)).resolves.toBeUndefined();
  await expect(store.tokens.list(tenant)).resolves.toEqual([]);
  await expect(store.tokens.revoke({ tenant, tokenId: token.tokenId, by: 'eve' })).resolves.toBe(false);
  await expect(store.tokens.use(token.tenant, token.tokenId)).resolves.toMatchObject({ state: 'live' });
});

test('a token that is issued again is the same one, and its id is refused to any other', async () => {
  const token = aToken();
  const issued = await store.tokens.issue(token);
  await expect(store.tokens.issue(token)).resolves.toEqual(issued);
  const other = { ...token, digest: randomBytes(32) };
  await expect(store.tokens.issue(other)).rejects.toMatchObject({ code: 'conflict' });
  await expect(store.tokens.issue({ ...token, principal: 'eve' })).rejects.toMatchObject({ code: 'conflict' });
  await expect(store.tokens.issue({ ...other, tenant: newTenant() })).resolves.toMatchObject({ state: 'live' });
});

test('the tokens of a tenant, or of one principal, are listed with the newest first', async () => {
  const tenant = newTenant();
  const ids: string[] = [];
  for (const principal of ['ann', 'ben', 'ann']) {
    const { tokenId } = await store.tokens.issue(aToken({ tenant, principal }));
    await change(aToken({ tenant, tokenId }), `issued_at = now() + interval '${ids.length} seconds'`);
    ids.unshift(tokenId);
  }
  const idsOf = async (principal?: string): Promise<readonly string[]> =>
    (await store.tokens.list(tenant, principal)).map(({ tokenId }) => tokenId);
  await expect(idsOf()).resolves.toEqual(ids);
  await expect(idsOf('ann')).resolves.toEqual([ids[0], ids[2]]);
});

test('a use is written once a minute, also when the clock was set back', async () => {
  const token = aToken();
  await store.tokens.issue(token);
  const lastUse = async (): Promise<Date | undefined> =>
    (await store.tokens.use(token.tenant, token.tokenId))?.lastUsedAt;
  const first = await lastUse();
  await expect(lastUse()).resolves.toEqual(first);
  for (const away of [`- interval '61 seconds'`, `+ interval '1 day'`]) {
    await change(token, `last_used_at = clock_timestamp() ${away}`);
    const again = await lastUse();
    expect(Math.abs((again?.getTime() ?? 0) - (first?.getTime() ?? 0))).toBeLessThan(60_000);
  }
});

test('a role that this version does not know allows nothing', async () => {
  const token = aToken();
  await store.tokens.issue(token);
  await change(token, `roles = '{viewer,king}'`);
  await expect(store.tokens.use(token.tenant, token.tokenId)).resolves.toMatchObject({ roles: ['viewer'] });
});

test('a token that does not fit is refused with the bound that it broke', async () => {
  const refused: readonly [Partial<NewToken>, string][] = [
    [{ tokenId: '' }, '1 to 64'],
    [{ tokenId: 'a b' }, '1 to 64'],
    [{ tokenId: 'x'.repeat(65) }, '1 to 64'],
    [{ digest: randomBytes(31) }, 'has 32 bytes, this one 31'],
    [{ principal: 'Ann' }, 'The principal "Ann"'],
    [{ roles: [] }, 'at least one role'],
    [{ roles: ['king' as 'admin'] }, 'There is no role "king"; there are viewer,'],
    [{ label: 'x'.repeat(101) }, 'at most 100 characters'],
    [{ label: 'a\nb' }, 'on one line'],
    [{ expiresAt: new Date(Date.now() - 1) }, 'must end in the future'],
    [{ expiresAt: new Date(Number.NaN) }, 'must end in the future'],
  ];
  for (const [parts, message] of refused) {
    const issued = store.tokens.issue(aToken(parts));
    await expect(issued).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(message) });
  }
});
