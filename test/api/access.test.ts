import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROUTES } from '../../api/contract.ts';
import type { Route } from '../../api/route.ts';
import { parseTenant, type Tenant } from '../../client/index.ts';
import { mayDo, ROLES } from '../../domain/principal.ts';
import { startProbe, type ProbeEngine } from '../fixtures/probe-engine.ts';
import { type ApiUnderTest, ask, startApiUnderTest } from './fixture.ts';

let probe: ProbeEngine;
let api: ApiUnderTest;
let other: Tenant;

beforeAll(async () => {
  probe = await startProbe({ processes: 0 });
  api = await startApiUnderTest({ taskQueue: probe.taskQueue, tenant: probe.tenant });
  other = parseTenant(`other-${api.tenant}`);
});

afterAll(async () => {
  await api?.close();
  await probe?.close();
});

const guarded = Object.entries<Route>(ROUTES).filter(([, { access }]) => access !== 'public');
const pathOf = (name: string): string =>
  name
    .replace('{runId}', 'probe.AAAAAAAAAAAAAAAAAAAAAA')
    .replace('{job}', 'probe')
    .replace('{schedule}', 'nightly')
    .replace('{tokenId}', 'abcdefghijklmnop');

test('no route that is not public answers without a token [api.authenticated]', async () => {
  const answers = await Promise.all(guarded.map(([name]) => ask(api.address, pathOf(name))));
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual(guarded.map(() => [401, 'unauthenticated']));
  expect(answers[0]?.headers.get('www-authenticate')).toBe('Bearer realm="holdfast"');
});

test('a role opens the routes that the table of acts gives it, and no other [api.authenticated]', async () => {
  for (const role of ROLES) {
    const token = await api.token('ada', { roles: [role] });
    for (const [name, { access }] of guarded) {
      const { status, body } = await ask(api.address, pathOf(name), { token, body: {} });
      const has = ['operator', 'admin'].includes(role);
      const open = access === 'known' || access === 'public' || (has && mayDo([role], access));
      expect({ role, name, forbidden: status === 403 && body.code === 'forbidden' }).toEqual({
        role,
        name,
        forbidden: !open,
      });
    }
  }
});

test('an expired, a revoked, a garbled and a foreign token are refused in a sentence each [api.authenticated]', async () => {
  const refusal = async (token: string): Promise<string> => {
    const { status, body } = await ask(api.address, 'GET /v1/whoami', { token });
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
    return body.detail;
  };
  const over = await api.token('ada');
  await api.expire(over);
  expect(await refusal(over)).toMatch(/^The token expired at /);
  const token = await api.token('ada');
  const { body } = await ask(api.address, 'GET /v1/whoami', { token });
  expect(await ask(api.address, `DELETE /v1/tokens/${body.tokenId}`, { token })).toMatchObject({ status: 200 });
  expect(await refusal(token)).toMatch(/^The token was revoked at /);
  expect(await refusal('garbled')).toBe('The token is not one of this API; log in again.');
  const live = await api.token('ada');
  expect(await refusal(`${live.slice(0, -1)}${live.endsWith('A') ? 'B' : 'A'}`)).toBe(
    'The token is not one of this API; log in again.',
  );
  // The same secret under another tenant's name is no token there.
  expect(await refusal(live.replace(api.tenant, other))).toBe('The token is not one of this API; log in again.');
  expect(await refusal(await api.token('nobody', { roles: ['admin'] }))).toMatch(
    /^"nobody" is no longer a principal of the tenant/,
  );
});

test('a run, a token and a schedule of another tenant do not exist for a curious one [api.authenticated]', async () => {
  const ours = await api.token('ada');
  const { body: run } = await ask(api.address, 'POST /v1/runs', {
    token: ours,
    body: { job: 'probe', input: { run: 'ours', scenario: 'signal' } },
  });
  const { body: mine } = await ask(api.address, 'GET /v1/whoami', { token: ours });
  const curious = await api.token('ada', { tenant: other });
  const bodies: Readonly<Record<string, unknown>> = {
    'POST /v1/runs/{runId}/signal': { name: 'go' },
    'POST /v1/runs/{runId}/answer': { evidence: 'x', answer: { kind: 'rejected' } },
  };
  const approver = await api.token('grace', { tenant: other });
  const ofRuns = Object.keys(ROUTES).filter((name) => name.includes('{runId}'));
  for (const name of ofRuns) {
    const token = name.endsWith('/answer') ? approver : curious;
    const body = name.startsWith('POST') ? { body: bodies[name] ?? {} } : {};
    const answer = await ask(api.address, name.replace('{runId}', run.runId), { token, ...body });
    expect([name, answer.status, answer.body.code]).toEqual([name, 404, 'unknown-run']);
  }
  expect((await ask(api.address, 'GET /v1/runs', { token: curious })).body.runs).toEqual([]);
  expect(await ask(api.address, `DELETE /v1/tokens/${mine.tokenId}`, { token: curious })).toMatchObject({
    status: 404,
  });
  expect(
    (await ask(api.address, 'GET /v1/tokens', { token: curious })).body.tokens.map(({ tokenId }) => tokenId),
  ).not.toContain(mine.tokenId);
  expect((await ask(api.address, 'GET /v1/whoami', { token: ours })).status).toBe(200);
});

test('a token makes others with its own roles at most, and for others only as an admin [tokens.scoped]', async () => {
  const operator = await api.token('ada', { roles: ['operator'] });
  expect(await ask(api.address, 'POST /v1/tokens', { token: operator, body: { roles: ['admin'] } })).toMatchObject({
    status: 403,
  });
  expect(await ask(api.address, 'POST /v1/tokens', { token: operator, body: { principal: 'machine' } })).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  });
  const admin = await api.token('ada');
  const made = await ask(api.address, 'POST /v1/tokens', {
    token: admin,
    body: { principal: 'machine', days: 1, label: 'mail' },
  });
  expect(made).toMatchObject({ status: 201, body: { principal: 'machine', roles: ['operator'] } });
  expect(await ask(api.address, 'GET /v1/whoami', { token: made.body.token })).toMatchObject({
    body: { principal: 'machine', kind: 'service' },
  });
  // A person has a key: whoever else held a token of theirs could decide under their name.
  expect(await ask(api.address, 'POST /v1/tokens', { token: admin, body: { principal: 'grace' } })).toMatchObject({
    status: 403,
    body: { code: 'forbidden', detail: expect.stringContaining('"grace" is a person') },
  });
  const narrow = await ask(api.address, 'POST /v1/tokens', { token: admin, body: { roles: ['operator'] } });
  expect(
    await ask(api.address, 'POST /v1/tokens', { token: narrow.body.token, body: { roles: ['admin'] } }),
  ).toMatchObject({
    status: 403,
  });
});
