import { fileURLToPath } from 'node:url';
import { JobError } from '../domain/errors.ts';
import type { Stack } from '../stack/index.ts';

const BOOKS_MAIN = fileURLToPath(import.meta.resolve('../examples/invoice-intake/books/main.ts'));

/** The example's system of record, as it was started. */
export interface RunningBooks {
  readonly address: string;
  readonly token: string;
}

/** Starts the example's books as a process of its own, with a database and a token of its own. */
export async function startBooks(stack: Stack): Promise<RunningBooks> {
  const [url, port] = await Promise.all([stack.createDatabase({ name: 'books', login: 'books' }), stack.port('books')]);
  const token = await stack.secret('books-token');
  const { ready } = await stack.start({
    name: 'books',
    stage: 'service',
    args: [BOOKS_MAIN],
    env: { BOOKS_DATABASE_URL: url, BOOKS_TOKEN: token, PORT: String(port) },
    ready: { stdoutJson: true },
    restart: true,
    stopGraceMs: 1_000,
  });
  if (ready['port'] !== port)
    throw new JobError('stack-failed', 'The books did not say that they listen; see books.log under .holdfast/logs.');
  return { address: `http://127.0.0.1:${port}`, token };
}
