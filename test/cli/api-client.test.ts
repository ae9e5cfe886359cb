import { afterEach, expect, test } from '@jest/globals';
import { createApiClient } from '../../cli/api-client.ts';
import { json, problem, startSmallApi, type Respond, type SmallApi } from './small-api.ts';

const RUN = `job.${'a'.repeat(22)}`;

let open: SmallApi[] = [];

afterEach(async () => {
  await Promise.all(open.map((api) => api.close()));
  open = [];
});

async function serve(respond: Respond, port?: number): Promise<SmallApi> {
  const api = await startSmallApi(respond, port);
  open.push(api);
  return api;
}

test('path, query, body and token go where the contract has them [cli.client]', async () => {
  const { address, seen } = await serve((_, response) => json(response, { runs: [] }));
  const client = createApiClient({ address, token: 'hf1.t.i.s' });
  await client.call('GET /v1/runs', { query: { status: 'waiting', actor: 'a b&c', job: undefined } });
  await client.call('POST /v1/runs/{runId}/pause', { path: { runId: RUN }, body: { reason: 'lunch' } });
  await client.call('POST /v1/runs/{runId}/resume', { path: { runId: RUN } });
  await client.call('DELETE /v1/tokens/{tokenId}', { path: { tokenId: 'a/b?c' } });
  expect(seen.map(({ line, body }) => ({ line, body }))).toEqual([
    { line: 'GET /v1/runs?status=waiting&actor=a+b%26c', body: undefined },
    { line: `POST /v1/runs/${RUN}/pause`, body: { reason: 'lunch' } },
    { line: `POST /v1/runs/${RUN}/resume`, body: {} },
    { line: 'DELETE /v1/tokens/a%2Fb%3Fc', body: undefined },
  ]);
  expect(seen.every(({ headers }) => headers.authorization === 'Bearer hf1.t.i.s')).toBe(true);
});

test('a problem document becomes an error of its code with its sentence [cli.client]', async () => {
  const { address } = await serve((_, response) =>
    problem(response, 'unknown-run', { status: 404, detail: 'There is no such run.' }),
  );
  const asked = createApiClient({ address }).call('GET /v1/runs/{runId}', { path: { runId: RUN } });
  await expect(asked).rejects.toMatchObject({ code: 'unknown-run', message: 'There is no such run.' });
});

test('a code that only a newer API knows is internal and keeps its sentence [cli.client]', async () => {
  const { address } = await serve((_, response) =>
    problem(response, 'too-blue', { status: 418, detail: 'It is blue.' }),
  );
  const asked = createApiClient({ address }).call('GET /v1/whoami');
  await expect(asked).rejects.toMatchObject({ code: 'internal', message: 'It is blue.' });
});

test('a refused token names the command that logs in [cli.client]', async () => {
  const { address } = await serve((_, response) =>
    problem(response, 'unauthenticated', { status: 401, detail: 'The token expired; log in again.' }),
  );
  await expect(createApiClient({ address }).call('GET /v1/whoami')).rejects.toMatchObject({
    code: 'unauthenticated',
    message: 'The token expired; log in again. The command is `holdfast login NAME`.',
  });
});

test('an API that is down is unavailable, in one sentence with the fix [cli.api-down]', async () => {
  const { address, close } = await startSmallApi(() => {});
  await close();
  await expect(createApiClient({ address }).call('POST /v1/tokens', { body: {} })).rejects.toMatchObject({
    code: 'unavailable',
    message: `No Holdfast API answers at ${address} (nothing listens there); start it with \`holdfast up\`, or name another with --api or HOLDFAST_API.`,
  });
});

test('an API that is only being started is waited for [cli.client]', async () => {
  const first = await startSmallApi(() => {});
  await first.close();
  const asked = createApiClient({ address: first.address }).call('POST /v1/tokens', { body: {} });
  await serve((_, response) => json(response, { tokenId: 't' }, 201), first.port);
  await expect(asked).resolves.toEqual({ tokenId: 't' });
});

test('an answer that does not come in time is unavailable and not asked for again [cli.api-down]', async () => {
  const { address, seen } = await serve(() => {});
  const asked = createApiClient({ address, timeoutMs: 200 }).call('GET /v1/whoami');
  // Not that there is no API: a start that waits for Temporal happens when Temporal is back.
  await expect(asked).rejects.toMatchObject({
    code: 'unavailable',
    message: `The Holdfast API at ${address} did not answer within 0.2 s; \`holdfast doctor\` finds out what does not work, and what was asked for may happen yet: look before you ask again.`,
  });
  expect(seen).toHaveLength(1);
});

test('an answer whose body stops half way is not waited for longer either [cli.api-down]', async () => {
  const { address } = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"princ');
  });
  const asked = createApiClient({ address, timeoutMs: 200 }).call('GET /v1/whoami');
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
});

/** Breaks the first connection after the request has come, and answers afterwards. */
function breaksOnce(): Respond {
  let broken = false;
  return (_, response) => {
    if (broken) return json(response, { runId: RUN });
    broken = true;
    response.destroy();
  };
}

test('what changes nothing twice is asked again when the connection breaks [cli.client]', async () => {
  const { address, seen } = await serve(breaksOnce());
  const signal = { path: { runId: RUN }, body: { name: 'go', id: 's-1' } };
  await createApiClient({ address }).call('POST /v1/runs/{runId}/signal', signal);
  expect(seen.map(({ body }) => body)).toEqual([signal.body, signal.body]);
});

test('what makes something new is never asked twice [cli.client]', async () => {
  const { address, seen } = await serve(breaksOnce());
  const asked = createApiClient({ address }).call('POST /v1/tokens', { body: {} });
  await expect(asked).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen).toHaveLength(1);
});

test('a limit on the rate is waited for when it is short, and told when it is long [cli.client]', async () => {
  let waits = ['0', '600'];
  const { address, seen } = await serve((_, response) => {
    const [wait, ...others] = waits;
    if (wait === undefined) return json(response, { principal: 'ada' });
    waits = others;
    response.setHeader('retry-after', wait);
    problem(response, 'rate-limited', { status: 429, detail: 'Too many requests.' });
  });
  const client = createApiClient({ address });
  await expect(client.call('GET /v1/whoami')).rejects.toMatchObject({ code: 'rate-limited' });
  await expect(client.call('GET /v1/whoami')).resolves.toEqual({ principal: 'ada' });
  expect(seen).toHaveLength(3);
});

test.each([
  { what: 'a page', status: 200, code: 'invalid-response' },
  { what: 'an unknown path', status: 404, code: 'invalid-response' },
  { what: 'a gateway without its API', status: 502, code: 'unavailable' },
])('$what is told apart from an API [cli.client]', async ({ status, code }) => {
  const { address } = await serve((_, response) => {
    response.writeHead(status, { 'content-type': 'text/html' });
    response.end('<html>');
  });
  await expect(createApiClient({ address }).call('GET /v1/whoami')).rejects.toMatchObject({
    code,
    message: expect.stringContaining(address),
  });
});

test('a token follows no redirection [cli.client]', async () => {
  const elsewhere = await serve((_, response) => json(response, {}));
  const { address } = await serve((_, response) => {
    response.writeHead(302, { location: `${elsewhere.address}/v1/whoami` });
    response.end();
  });
  const asked = createApiClient({ address, token: 'secret' }).call('GET /v1/whoami');
  await expect(asked).rejects.toMatchObject({ code: 'invalid-response' });
  expect(elsewhere.seen).toEqual([]);
});
