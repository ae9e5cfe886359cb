import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JobError } from '../domain/errors.ts';
import { logInStatement } from './log-in-statement.ts';

/**
 * Logs a sample person in.
 * @throws JobError `unauthenticated` when the API does not take the log-in
 */
export async function sampleToken(person: {
  readonly home: string;
  readonly address: string;
  readonly name: string;
  readonly tenant: string;
}): Promise<string> {
  const key = createPrivateKey(readFileSync(join(person.home, 'people', `${person.name}.key`), 'utf8'));
  const statement = await logInStatement({ name: person.name, tenant: person.tenant, key });
  const response = await fetch(`${person.address}/v1/log-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ statement }),
  });
  const answer = (await response.json()) as { readonly token?: string; readonly detail?: string };
  if (answer.token !== undefined) return answer.token;
  throw new JobError('unauthenticated', answer.detail ?? 'The log-in was refused.');
}
