import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseError, Pool, types } from 'pg';
import { JobError, sentenceOf } from '../domain/errors.ts';

const BIGINT = 20;

// SQLSTATE classes and codes after which the same statement may succeed a little later.
const OUTAGE = ['08', '53', '57', '25006', '55P03'];
const CONTENTION = ['40', 'HF002'];
// A login that is not let in, a database that is not there, another isolation than the gate works under.
const WRONG_ADDRESS = ['28', '3D000', 'HF001'];
// No such function, schema or table; no right to it.
const NOT_SET_UP = ['42883', '3F000', '42P01', '42501'];
const UNKEPT_CHARACTER = ['22021', '22P05'];
const CONNECTION_CODES = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EHOSTUNREACH',
];
// The driver gives these no code.
const CONNECTION_MESSAGES =
  /connection (terminated|error)|timeout exceeded|read timeout|not queryable|ended|after calling end/i;

const CONTENTION_TRIES = 5;
// A new connection costs both sides a password check of several milliseconds.
const IDLE_MS = 60_000;

/** A statement that a connection prepares once under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** How a database is opened. */
export interface DatabaseOptions {
  readonly url: string;
  readonly poolSize: number;
  /** Longest wait for a connection, and for one statement, in milliseconds. */
  readonly timeoutMs: number;
  /** Shown in `pg_stat_activity`. */
  readonly label: string;
}

/** A pool of connections whose errors are codes of the table. */
export class Database {
  readonly pool: Pool;

  constructor(options: DatabaseOptions) {
    this.pool = new Pool({
      connectionString: options.url,
      max: options.poolSize,
      connectionTimeoutMillis: options.timeoutMs,
      statement_timeout: options.timeoutMs,
      query_timeout: options.timeoutMs + 200,
      idle_in_transaction_session_timeout: options.timeoutMs,
      idleTimeoutMillis: IDLE_MS,
      application_name: `holdfast ${options.label}`.slice(0, 63),
      types: {
        getTypeParser: ((oid, format) =>
          oid === BIGINT ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
      },
    });
    // An idle connection that breaks is replaced on the next use. One that is out of the pool just then (kysely holds it) says
    // so to its next statement; without a listener it would end the process.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /**
   * Runs one prepared statement; a deadlock or a serialization failure is tried again at once.
   * @throws JobError `unavailable` when the database cannot be reached or answers too late; `invalid-config`, `stack-failed`
   * or `internal` when it refuses
   */
  async query<Row extends object>(statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const { rows } = await this.pool.query<Row>({ ...statement, values: [...values] });
        return rows;
      } catch (error) {
        if (attempt >= CONTENTION_TRIES || !hasCode(error, CONTENTION)) throw translated(error);
        await sleep(attempt * 5);
      }
    }
  }

  /** Ends every connection; statements under way are finished first. */
  async close(): Promise<void> {
    await this.pool.end().catch(() => undefined);
  }
}

/** The statement that selects all of what a function of the gate answers. */
export function callOf(name: string, parameters: number): Statement {
  const places = Array.from({ length: parameters }, (_, index) => `$${index + 1}`).join(', ');
  return { name: `gate.${name}`, text: `select * from gate.${name}(${places})` };
}

/** Any error of the driver as a code of the table. */
export function translated(error: unknown): JobError {
  if (error instanceof JobError) return error;
  const message = reasonOf(error);
  if (hasCode(error, OUTAGE) || hasCode(error, CONTENTION) || isConnectionError(error)) {
    return new JobError(
      'unavailable',
      `The gate's database does not answer (${message}); nothing is sent until it does.`,
      { cause: error },
    );
  }
  if (hasCode(error, UNKEPT_CHARACTER)) {
    return new JobError('invalid-input', 'A text has a NUL character, which cannot be kept; leave it out.', {
      cause: error,
    });
  }
  if (hasCode(error, WRONG_ADDRESS)) {
    return new JobError('invalid-config', `The gate's database cannot be used as it is configured: ${message}.`, {
      cause: error,
    });
  }
  if (hasCode(error, NOT_SET_UP)) {
    const fix = '`npm start` sets it up, and raises it to this version';
    return new JobError('stack-failed', `The gate's database is not set up for this version (${message}); ${fix}.`, {
      cause: error,
    });
  }
  return new JobError('internal', `The gate's database refused a statement: ${message}.`, { cause: error });
}

/** Whether an error says that the database is out of reach for now. */
export function isOutage(error: unknown): boolean {
  return error instanceof JobError && error.code === 'unavailable';
}

// A connection that fails at several addresses has no message of its own.
function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const sentence = sentenceOf(error);
  return sentence === '' || sentence === 'AggregateError' ? code : sentence;
}

function hasCode(error: unknown, codes: readonly string[]): boolean {
  return error instanceof DatabaseError && codes.some((code) => error.code?.startsWith(code) === true);
}

// By shape and not by class: Node's own errors are of another realm wherever code runs in a `vm` context.
function isConnectionError(error: unknown): boolean {
  if (error instanceof DatabaseError || typeof error !== 'object' || error === null) return false;
  const code = 'code' in error ? String(error.code) : '';
  const message = 'message' in error ? String(error.message) : '';
  return CONNECTION_CODES.includes(code) || CONNECTION_MESSAGES.test(message);
}
