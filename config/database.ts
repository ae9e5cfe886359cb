import { JobError } from '../domain/errors.ts';
import { secretOf, type SecretSource } from './secrets.ts';

/**
 * The address of the user's own database, which may hold a password.
 * @throws JobError `invalid-config` when what is referred to is missing or is no address of a PostgreSQL database
 */
export function databaseUrl(written: string, source: SecretSource): string {
  if (!/^(env|file):/.test(written)) return written;
  const url = secretOf(written, 'database.url', source);
  if (isPostgresUrl(url)) return url;
  const place = written.replace(/^env:/, '').replace(/^file:/, 'The file ');
  throw new JobError(
    'invalid-config',
    `${place} holds no address of a PostgreSQL database; it must be postgres://login:password@host:port/database.`,
  );
}

/** Whether a text is the address of a PostgreSQL database: scheme, host and database. */
export function isPostgresUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ['postgres:', 'postgresql:'].includes(url.protocol) && url.pathname.length > 1;
}

/** The same address with `***` for its password. */
export function withoutPassword(address: string): string {
  const url = new URL(address);
  if (url.password !== '') url.password = '***';
  return url.href;
}
