import { Kysely, PostgresDialect, sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { Client, DatabaseError, Pool } from 'pg';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { isOutage, translated } from '../database.ts';
import { FUNCTIONS, FUNCTIONS_DIGEST } from './functions/index.ts';
import { migrations } from './migrations/index.ts';
import { ensureDatabase, ensureRoles, type RolePasswords, ROLES } from './roles.ts';

// Any constant will do, as long as every version of this code takes the same one.
const PROVISION_LOCK = 4_653_219_001;
const CONNECT_TIMEOUT_MS = 10_000;
const INSUFFICIENT_PRIVILEGE = '42501';

/** What {@link provisionGate} needs. */
export interface ProvisionOptions {
  /** A login that may create roles and databases, such as the user's `DATABASE_URL`. */
  readonly adminUrl: string;
  /** The name of the gate's database; created when it is missing. */
  readonly database: string;
  /** The passwords that the three logins have afterwards. */
  readonly passwords: RolePasswords;
}

/** The addresses of the gate's database, one for each login. */
export interface GateUrls {
  readonly ownerUrl: string;
  readonly gateUrl: string;
  readonly clientUrl: string;
}

/**
 * Brings the gate's database up to date: logins, database, schema, grants. Repeating it changes nothing but passwords; two at
 * once wait for each other.
 * @throws JobError `invalid-config` when the login lacks a right, `stack-failed` when the database cannot be reached or migrated
 */
export async function provisionGate(options: ProvisionOptions): Promise<GateUrls> {
  const urls = {
    ownerUrl: loginUrl(options, 'owner'),
    gateUrl: loginUrl(options, 'gate'),
    clientUrl: loginUrl(options, 'client'),
  };
  const admin = new Client({ connectionString: options.adminUrl, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  admin.on('error', () => undefined);
  try {
    await admin.connect();
    await admin.query('select pg_advisory_lock($1)', [PROVISION_LOCK]);
    await ensureRoles(admin, options.passwords);
    await ensureDatabase(admin, options.database);
    await migrate(urls.ownerUrl);
  } catch (error) {
    throw explained(error, options.database);
  } finally {
    await admin.end().catch(() => undefined);
  }
  return urls;
}

async function migrate(ownerUrl: string): Promise<void> {
  const pool = new Pool({ connectionString: ownerUrl, max: 2, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  pool.on('error', () => undefined);
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({ db: database, provider: migrations, migrationTableSchema: 'gate' });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw isFromLater(error) ? setUpByLater(error) : error;
    await putFunctions(database);
  } finally {
    await database.destroy();
  }
}

// One transaction, so that no start finds half of them; the schema's comment says which ones are there.
async function putFunctions(database: Kysely<unknown>): Promise<void> {
  const mark = `functions ${FUNCTIONS_DIGEST}`;
  const { rows } = await sql<{ mark: string | null }>`select obj_description('gate'::regnamespace) as mark`.execute(
    database,
  );
  if (rows[0]?.mark === mark) return;
  await database.transaction().execute(async (transaction) => {
    await sql.raw(FUNCTIONS).execute(transaction);
    await sql.raw(`comment on schema gate is '${mark}'`).execute(transaction);
  });
}

function isFromLater(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('corrupted migrations');
}

function setUpByLater(cause: unknown): JobError {
  const sentence = 'The database was set up by a later version of Holdfast; use that version, or another database.';
  return new JobError('stack-failed', sentence, { cause });
}

/** The admin's address with another login and database. Sockets have no host to put a login before, so it goes into the query. */
function loginUrl(options: ProvisionOptions, name: keyof typeof ROLES): string {
  if (!URL.canParse(options.adminUrl)) {
    throw new JobError(
      'invalid-config',
      'DATABASE_URL is not an address of the form postgres://user:password@host:port/database.',
    );
  }
  const url = new URL(options.adminUrl);
  url.pathname = `/${encodeURIComponent(options.database)}`;
  if (url.host === '') {
    url.searchParams.set('user', ROLES[name]);
    url.searchParams.set('password', options.passwords[name]);
  } else {
    url.username = ROLES[name];
    url.password = encodeURIComponent(options.passwords[name]);
  }
  return url.href;
}

function explained(error: unknown, database: string): JobError {
  if (error instanceof JobError) return error;
  if (error instanceof DatabaseError && error.code === INSUFFICIENT_PRIVILEGE) {
    const fix = `give it CREATEROLE and CREATEDB, or ADMIN OPTION on ${Object.values(ROLES).join(', ')}`;
    return new JobError(
      'invalid-config',
      `The login of DATABASE_URL may not set up the database "${database}" (${error.message}); ${fix}.`,
      { cause: error },
    );
  }
  if (isOutage(translated(error))) {
    return new JobError(
      'stack-failed',
      `The database "${database}" cannot be reached (${sentenceOf(error)}); start PostgreSQL, or correct DATABASE_URL.`,
      { cause: error },
    );
  }
  return new JobError('stack-failed', `The database "${database}" could not be set up: ${sentenceOf(error)}.`, {
    cause: error,
  });
}
