import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HttpOptions, SendContext } from 'holdfast';
import { Client, escapeIdentifier } from 'pg';
import { SEED } from '../../../examples/invoice-intake/seed.ts';
import { sharedStack } from '../../stack-addresses.ts';

// What a test asks of the books; default tenant `default`, default token the right one.
interface BooksRequest {
  readonly tenant?: string;
  readonly token?: string;
  readonly key?: string;
  readonly body?: unknown;
}

interface BooksAnswer {
  readonly status: number;
  readonly body: { readonly [name: string]: unknown };
}

/** The service of the example as a process of its own, with tables of its own. */
export interface BooksUnderTest {
  readonly address: string;
  readonly token: string;
  ask(route: `${'GET' | 'POST'} /${string}`, request?: BooksRequest): Promise<BooksAnswer>;
  /** A tenant that no other test uses, with the vendors and orders of the samples. */
  seededTenant(): Promise<string>;
  listOf(tenant: string, what: 'bookings' | 'payments' | 'calls'): Promise<readonly BooksAnswer['body'][]>;
  /** What a tool gets from the gate, without the gate. */
  context(tenant: string, key: string): SendContext;
  /** Ends the process by SIGTERM and answers its exit code. */
  stop(): Promise<number | null>;
}

const MAIN = fileURLToPath(new URL('../../../examples/invoice-intake/books/main.ts', import.meta.url));
const TOKEN = 'books-test-token';

/** Starts the books on a free port, with their tables in a schema of the shared database. */
export async function startBooks(schema: string): Promise<BooksUnderTest> {
  const child = spawn(process.execPath, ['--conditions=holdfast-source', MAIN], {
    env: { BOOKS_DATABASE_URL: databaseUrl(schema), BOOKS_TOKEN: TOKEN, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { ready, port } = JSON.parse(line.toString()) as { ready: boolean; port: number };
  if (!ready) throw new Error('The books do not say that they are ready.');
  const address = `http://127.0.0.1:${port}`;
  const ask: BooksUnderTest['ask'] = (route, request = {}) => {
    const [method = 'GET', path = '/'] = route.split(' ');
    return call(`${address}${path}`, { method, ...request });
  };
  let tenants = 0;
  return {
    address,
    token: TOKEN,
    ask,
    seededTenant: async () => {
      tenants += 1;
      const tenant = `test-${child.pid}-${tenants}`;
      const { status } = await ask('POST /seed', { tenant, body: SEED });
      if (status !== 200) throw new Error(`The books do not take the seed: ${status}.`);
      return tenant;
    },
    listOf: async (tenant, what) => {
      const { body } = await ask(`GET /${what}`, { tenant });
      return body[what] as BooksAnswer['body'][];
    },
    context: (tenant, key) => contextOver(address, tenant, key),
    stop: async () => {
      const ended = once(child, 'exit') as Promise<[number | null]>;
      child.kill('SIGTERM');
      const [code] = await ended;
      return code;
    },
  };
}

/** Makes the schema that the books of a test live in, empty. */
export async function createSchemaFor(schema: string): Promise<void> {
  await inDatabase(
    `drop schema if exists ${escapeIdentifier(schema)} cascade; create schema ${escapeIdentifier(schema)}`,
  );
}

/** Makes every idempotency key that the books remember older by a day and an hour. */
export async function ageKeys(schema: string): Promise<void> {
  await inDatabase(
    `update ${escapeIdentifier(schema)}.idempotency_key set created_at = created_at - interval '25 hours'`,
  );
}

/** Deletes the schema with everything in it. */
export async function dropSchema(schema: string): Promise<void> {
  await inDatabase(`drop schema if exists ${escapeIdentifier(schema)} cascade`);
}

async function inDatabase(sql: string): Promise<void> {
  const client = new Client({ connectionString: sharedStack().database.ownerUrl });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function databaseUrl(schema: string): string {
  const url = new URL(sharedStack().database.ownerUrl);
  url.searchParams.set('options', `-c search_path=${schema}`);
  return url.href;
}

async function call(url: string, request: BooksRequest & { method: string }): Promise<BooksAnswer> {
  const { method, tenant = 'default', token = TOKEN, key, body } = request;
  const response = await fetch(url, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(tenant === '' ? {} : { 'x-books-tenant': tenant }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as BooksAnswer['body'] };
}

function contextOver(address: string, tenant: string, key: string): SendContext {
  const send = async (
    method: string,
    path: string,
    rest: { options: HttpOptions | undefined; body?: unknown },
  ): Promise<unknown> => {
    const url = new URL(path, address);
    for (const [name, value] of Object.entries(rest.options?.query ?? {})) {
      if (value !== undefined && value !== null) url.searchParams.set(name, String(value));
    }
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...rest.options?.headers,
        ...(rest.options?.key === undefined ? {} : { 'idempotency-key': rest.options.key }),
      },
      ...(rest.body === undefined ? {} : { body: JSON.stringify(rest.body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    http: {
      get: (path, options) => send('GET', path, { options }),
      post: (path, body, options) => send('POST', path, { options, body }),
      put: (path, body, options) => send('PUT', path, { options, body }),
      delete: (path, options) => send('DELETE', path, { options }),
    },
    fetch,
    tenant,
    runId: 'a-run',
    key,
    signal: AbortSignal.timeout(30_000),
  };
}
