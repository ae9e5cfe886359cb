import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startApi, type RunningApi } from '../../api/server.ts';
import { type ApiSettingsInput, parseApiSettings } from '../../api/settings.ts';
import { newToken } from '../../api/token-text.ts';
import { parseTenant, type Tenant } from '../../client/index.ts';
import type { Role } from '../../domain/principal.ts';
import { type ClientStore, openClientStore } from '../../gate/client-store.ts';
import { sharedStack } from '../stack-addresses.ts';

const root = join(import.meta.dirname, '../..');
const curlOnce = promisify(execFile);

/** The principals that tests act as. */
const PRINCIPALS: Readonly<Record<string, readonly Role[]>> = {
  ada: ['operator', 'admin'],
  grace: ['approver', 'auditor'],
  vic: ['viewer'],
  machine: ['operator'],
};

/** An API on the suite's stack, in the test's own process. */
export interface ApiUnderTest extends RunningApi {
  readonly address: string;
  readonly tenant: Tenant;
  readonly store: ClientStore;
  /** Lets a token be over. */
  expire(token: string): Promise<void>;
  /** A token of a principal; of another tenant or other roles when that is named. */
  token(principal: string, options?: { tenant?: Tenant; roles?: readonly Role[] }): Promise<string>;
}

/** The settings of an API of the suite's stack. */
export function apiSettings(
  tenants: readonly string[],
  more: Partial<ApiSettingsInput> & Pick<ApiSettingsInput, 'taskQueue'>,
): ApiSettingsInput {
  const { temporal, database } = sharedStack();
  return {
    port: 0,
    temporal: { address: temporal.address, namespace: temporal.namespace },
    databaseUrl: database.clientUrl,
    jobs: [join(root, 'test/fixtures/probe')],
    principals: Object.fromEntries(
      Object.entries(PRINCIPALS).map(([name, roles]) => {
        const kind = name === 'machine' ? ('service' as const) : ('person' as const);
        return [name, { kind, tenants: [...tenants], roles: [...roles] }];
      }),
    ),
    ...more,
  };
}

/** Starts an API for one tenant of the test's own and one foreign tenant named `other-…`. */
export async function startApiUnderTest(
  more: Partial<ApiSettingsInput> & { tenant?: Tenant; ownerUrl?: string } = {},
): Promise<ApiUnderTest> {
  const { tenant = parseTenant(`test-${randomBytes(5).toString('hex')}`), ownerUrl, ...settings } = more;
  const tenants = [tenant, `other-${tenant}`];
  const given = apiSettings(tenants, { taskQueue: `no-worker-${tenant}`, ...settings });
  const api = await startApi(parseApiSettings({ requestsPerSecond: 5_000, maxInputBytes: 1_048_576, ...given }));
  const store = await openClientStore({ databaseUrl: given.databaseUrl, poolSize: 1 });
  const client = new Client({ connectionString: ownerUrl ?? sharedStack().database.ownerUrl });
  // A test may kill the server under it.
  client.on('error', () => undefined);
  await client.connect();
  return {
    ...api,
    expire: async (token) => {
      const text =
        "update gate.api_token set expires_at = issued_at + interval '1 millisecond' where tenant = $1 and token_id = $2";
      const { rowCount } = await client.query(text, token.split('.').slice(1, 3));
      if (rowCount !== 1) throw new Error('There is no such token.');
    },
    address: `http://127.0.0.1:${api.port}`,
    tenant,
    store,
    token: (principal, options = {}) => issue(store, principal, { tenant, ...options }),
    close: async () => {
      await client.end().catch(() => undefined);
      await store.close();
      await api.close();
    },
  };
}

/** Stores a token and answers its text. */
async function issue(
  store: ClientStore,
  principal: string,
  options: { tenant: Tenant; roles?: readonly Role[] },
): Promise<string> {
  const { tenant, roles = PRINCIPALS[principal] ?? [] } = options;
  const expiresAt = new Date(Date.now() + 3_600_000);
  const { text, tokenId, digest } = newToken(tenant);
  await store.tokens.issue({ tenant, tokenId, digest, principal, roles, label: 'test', issuedBy: 'test', expiresAt });
  return text;
}

/** The fields of answers that tests look into; which ones are there depends on the route. */
export interface Body {
  readonly runId: string;
  readonly status: string;
  readonly existing: boolean;
  readonly runs: readonly Body[];
  readonly next?: string;
  readonly events: readonly { readonly id: string; readonly kind: string; readonly at: string }[];
  readonly waitingFor: { readonly name: string };
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
  readonly errors: readonly { readonly at: string }[];
  readonly token: string;
  readonly tokenId: string;
  readonly tokens: readonly { readonly tokenId: string; readonly principal: string }[];
}

/** What came back. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** One request, as a program makes it. */
export async function ask(
  address: string,
  line: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string>; raw?: string | Uint8Array } = {},
): Promise<Answered> {
  const [method = 'GET', path = '/'] = line.split(' ');
  const { token, body, headers = {}, raw } = options;
  const content = method === 'GET' ? undefined : (raw ?? (body === undefined ? undefined : JSON.stringify(body)));
  const response = await fetch(`${address}${path}`, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content as string }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: bodyOf(text) };
}

/** One request by the program curl, which prints the status after the body. */
export async function curl(...args: readonly string[]): Promise<Answered> {
  const { stdout } = await curlOnce('curl', [
    '--silent',
    '--show-error',
    '--max-time',
    '30',
    '--write-out',
    '\n%{http_code}',
    ...args,
  ]);
  const at = stdout.lastIndexOf('\n');
  const text = stdout.slice(0, at);
  return { status: Number(stdout.slice(at + 1)), headers: new Headers(), body: bodyOf(text) };
}

// What is not there is not looked into.
function bodyOf(text: string): Body {
  return (text === '' ? {} : JSON.parse(text)) as Body;
}
