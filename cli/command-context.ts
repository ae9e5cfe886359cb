import type { Command } from 'commander';
import { JobError } from '../domain/errors.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { apiOf, type FoundApi } from './find-api.ts';
import { openSessions, type Session } from './sessions.ts';

/** What every verb may be told. */
export interface GlobalOptions {
  readonly api?: string;
  readonly tenant?: string;
}

/** Where a command stands. */
export interface CommandContext {
  readonly options: GlobalOptions;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The options that stand before or after any verb, and the folder and environment it was called in. */
export function contextOf(command: Command): CommandContext {
  return { options: command.optsWithGlobals<GlobalOptions>(), cwd: process.cwd(), env: process.env };
}

/** The API that a command means; nothing is asked yet. */
export function addressOf({ options, cwd, env }: CommandContext): FoundApi {
  return apiOf({ api: options.api, cwd, env });
}

/**
 * A client of the API that a command means, for who is logged in there, or whose token `HOLDFAST_TOKEN` holds.
 * @throws JobError `unauthenticated` when nobody is, or no longer, or to another tenant than `--tenant` names
 */
export async function clientOf(command: Command): Promise<ApiClient> {
  const context = contextOf(command);
  const { address } = addressOf(context);
  const { tenant } = context.options;
  const token = tokenOf(context.env);
  if (token !== undefined) {
    const client = createApiClient({ address, token });
    if (tenant !== undefined) await checkTenant(client, tenant);
    return client;
  }
  const session = openSessions(context.env).of(address);
  return createApiClient({ address, token: checkSession(session, { address, tenant }).token });
}

/**
 * The token of `HOLDFAST_TOKEN`; `undefined` when it is unset or empty.
 * @throws JobError `invalid-input` when it cannot be one
 */
export function tokenOf(env: NodeJS.ProcessEnv): string | undefined {
  const token = (env['HOLDFAST_TOKEN'] ?? '').trim();
  if (token === '') return undefined;
  if (/^[\u0021-\u007e]+$/.test(token)) return token;
  throw new JobError('invalid-input', 'HOLDFAST_TOKEN holds no token: it has spaces or letters that no token has.');
}

/** A session that counts now, for the tenant that is meant. */
function checkSession(
  session: Session | undefined,
  { address, tenant }: { readonly address: string; readonly tenant: string | undefined },
): Session {
  const inTenant = tenant === undefined ? '' : ` --tenant ${tenant}`;
  if (session === undefined) {
    throw new JobError(
      'unauthenticated',
      `You are not logged in at ${address}; log in with \`holdfast login NAME${inTenant}\`, or set HOLDFAST_TOKEN.`,
    );
  }
  if (tenant !== undefined && session.tenant !== tenant) throw otherTenant(session.tenant, tenant, session.principal);
  if (Date.parse(session.expiresAt) <= Date.now()) {
    throw new JobError(
      'unauthenticated',
      `Your log-in as ${session.principal} ended at ${session.expiresAt}; log in again with \`holdfast login ${session.principal} --tenant ${session.tenant}\`.`,
    );
  }
  return session;
}

async function checkTenant(client: ApiClient, tenant: string): Promise<void> {
  const known = await client.call('GET /v1/whoami');
  if (known.tenant !== tenant) throw otherTenant(known.tenant, tenant, known.principal);
}

function otherTenant(actual: string, wanted: string, name: string): JobError {
  return new JobError(
    'unauthenticated',
    `You are logged in to the tenant "${actual}", not "${wanted}"; log in there with \`holdfast login ${name} --tenant ${wanted}\`.`,
  );
}
