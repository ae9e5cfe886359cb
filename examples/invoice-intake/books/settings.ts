import { z } from 'zod';

const Environment = z.object({
  BOOKS_DATABASE_URL: z.string(),
  BOOKS_TOKEN: z.string(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(0),
});

/** What the service is started with. */
export interface Settings {
  readonly databaseUrl: string;
  /** The bearer token that every caller must send. */
  readonly token: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/**
 * Reads the environment; a variable that is set but empty counts as unset.
 * @throws Error with one sentence that names the variables
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(set);
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].join(', ');
    throw new Error(
      `Set ${names}: BOOKS_DATABASE_URL is a PostgreSQL address, BOOKS_TOKEN the callers' token, PORT 0 to 65535.`,
    );
  }
  const { BOOKS_DATABASE_URL, BOOKS_TOKEN, PORT } = parsed.data;
  return { databaseUrl: BOOKS_DATABASE_URL, token: BOOKS_TOKEN, port: PORT };
}
