import type { AddressInfo } from 'node:net';
import { createSchema, openDatabase } from './database.ts';
import { createBooksServer } from './server.ts';
import { readSettings } from './settings.ts';

const GRACE_MS = 500;
const EXIT_BAD_SETTINGS = 3;

/** Starts the books: prints `{"ready":true,"port":N}` on standard output once it listens, ends cleanly on SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const pool = openDatabase(settings.databaseUrl);
  await createSchema(pool).catch((error: unknown) => {
    throw new Error(`The database of BOOKS_DATABASE_URL cannot be used: ${sentenceOf(error)}`);
  });
  const server = createBooksServer({ pool, token: settings.token, report });
  server.on('error', (error) => fail(new Error(`The books cannot listen on port ${settings.port}: ${error.message}`)));
  server.listen(settings.port, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ ready: true, port })}\n`);
  });
  const stop = (): void => {
    server.close(() => void pool.end());
    // What is being answered gets this long; then its connection is cut, and the caller asks again with the same key.
    setTimeout(() => server.closeAllConnections(), GRACE_MS).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function report(error: unknown): void {
  process.stderr.write(`${JSON.stringify({ error: sentenceOf(error) })}\n`);
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fail(error: unknown): void {
  report(error);
  process.exit(EXIT_BAD_SETTINGS);
}

main().catch(fail);
