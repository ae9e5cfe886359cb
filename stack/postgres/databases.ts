import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { JobError } from '../../domain/errors.ts';

const PLAIN_NAME = /^[a-z][a-z0-9_]{0,62}$/;

/** A database with a login of its own. */
export interface DatabaseRequest {
  readonly name: string;
  /** Owns the database and can enter no other. */
  readonly login: string;
  readonly password: string;
}

/**
 * Makes sure that a database and its login exist, with this password, and answers its URL.
 * @throws {JobError} `invalid-input` for a name that is not plain
 */
export async function provideDatabase(adminUrl: string, request: DatabaseRequest): Promise<string> {
  for (const name of [request.name, request.login]) {
    if (!PLAIN_NAME.test(name))
      throw new JobError(
        'invalid-input',
        `"${name}" is no name for a database or login; use at most 63 lower-case letters, digits and underscores, a letter first`,
      );
  }
  await withClient(adminUrl, async (client) => {
    await provideLogin(client, request);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [request.name]);
    if (rowCount === 0)
      await client.query(`create database ${escapeIdentifier(request.name)} owner ${escapeIdentifier(request.login)}`);
    await client.query(`revoke connect, temporary on database ${escapeIdentifier(request.name)} from public`);
  });
  return databaseUrl(adminUrl, request);
}

/** The URL of a database on the same server, for another login. */
export function databaseUrl(adminUrl: string, { name, login, password }: DatabaseRequest): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  url.username = login;
  url.password = password;
  return url.href;
}

/** Runs something with a connection that is closed after it. */
export async function withClient<Result>(url: string, act: (client: Client) => Promise<Result>): Promise<Result> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

async function provideLogin(client: Client, { login, password }: DatabaseRequest): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [login]);
  const verb = rowCount === 0 ? 'create' : 'alter';
  await client.query(`${verb} role ${escapeIdentifier(login)} login password ${escapeLiteral(password)}`);
}
