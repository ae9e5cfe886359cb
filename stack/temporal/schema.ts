import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { escapeIdentifier } from 'pg';
import { JobError } from '../../domain/errors.ts';
import { TEMPORAL_SERVER_VERSION } from '../../scripts/temporal-server.js';
import type { Home } from '../home.ts';
import { isRecord, readPrivateJson, writePrivateFile } from '../private-file.ts';
import { databaseUrl, provideDatabase, withClient } from '../postgres/databases.ts';
import type { TemporalDatabase } from './server-config.ts';

/** What the schema is made with. */
export interface SchemaTools {
  readonly home: Home;
  readonly sqlTool: string;
  readonly adminUrl: string;
  readonly database: TemporalDatabase;
}

/**
 * Brings the server's two databases to the schema of its version. A new one is made under another name and renamed when
 * it is complete, so that an interrupted set-up leaves none half made.
 * @throws {JobError} `setup-failed` with what the tool says
 */
export async function provideTemporalSchema(tools: SchemaTools): Promise<void> {
  const marker = join(tools.home.folder, 'temporal-schema.json');
  const stored = readPrivateJson(marker);
  if (isRecord(stored) && stored['version'] === TEMPORAL_SERVER_VERSION) return;
  const { main, visibility } = tools.database;
  // One after the other: both are made for the same login.
  const drafts = [await begin(tools, main), await begin(tools, visibility)] as const;
  await Promise.all([finish(tools, drafts[0], 'temporal'), finish(tools, drafts[1], 'visibility')]);
  writePrivateFile(marker, JSON.stringify({ version: TEMPORAL_SERVER_VERSION }));
}

/** A database that is to get its schema. */
interface Unfinished {
  readonly name: string;
  /** The name under which a new one is made; absent when it is there. */
  readonly draft?: string;
}

async function begin({ adminUrl, database }: SchemaTools, name: string): Promise<Unfinished> {
  if (await exists(adminUrl, name)) return { name };
  const draft = `${name}_draft`;
  const { login, password } = database;
  await withClient(adminUrl, (client) =>
    client.query(`drop database if exists ${escapeIdentifier(draft)} with (force)`),
  );
  await provideDatabase(adminUrl, { name: draft, login, password });
  return { name, draft };
}

async function finish(tools: SchemaTools, { name, draft }: Unfinished, schema: string): Promise<void> {
  if (draft === undefined) return updateSchema(tools, name, schema);
  const { login, password } = tools.database;
  await runSqlTool(tools, draft, ['setup-schema', '-v', '0.0']);
  await updateSchema(tools, draft, schema);
  // The server looks its version up by the name of the database.
  await withClient(databaseUrl(tools.adminUrl, { name: draft, login, password }), (client) =>
    client.query('update schema_version set db_name = $1', [name]),
  );
  await withClient(tools.adminUrl, (client) =>
    client.query(`alter database ${escapeIdentifier(draft)} rename to ${escapeIdentifier(name)}`),
  );
}

function updateSchema(tools: SchemaTools, name: string, schema: string): Promise<void> {
  return runSqlTool(tools, name, ['update-schema', '--schema-name', `postgresql/v12/${schema}`]);
}

function exists(adminUrl: string, name: string): Promise<boolean> {
  return withClient(
    adminUrl,
    async (client) => (await client.query('select 1 from pg_database where datname = $1', [name])).rowCount === 1,
  );
}

function runSqlTool({ sqlTool, database }: SchemaTools, name: string, args: readonly string[]): Promise<void> {
  // By the environment, since everybody on the machine can read arguments.
  const env = {
    SQL_PLUGIN: 'postgres12_pgx',
    SQL_HOST: '127.0.0.1',
    SQL_PORT: String(database.port),
    SQL_CONNECT_ATTRIBUTES: `host=${database.socket}`,
    SQL_USER: database.login,
    SQL_PASSWORD: database.password,
    SQL_DATABASE: name,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(sqlTool, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const fail = (reason: string) =>
      reject(
        new JobError(
          'setup-failed',
          `the schema of Temporal's database ${name} cannot be made (${args[0]}): ${reason}`,
        ),
      );
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) =>
      code === 0 ? resolve() : fail(said.trim().split('\n').at(-1) ?? `exit code ${code}`),
    );
  });
}
