import { JobError } from '../domain/errors.ts';
import type { TriggerConfig } from './config.ts';
import type { ConfigFile } from './schema.ts';
import { secretOf, type SecretSource } from './secrets.ts';

const FORM = /^whsec_[A-Za-z0-9+/]+={0,2}$/;
const LEAST_BYTES = 24;
const MOST_BYTES = 64;

/**
 * A trigger with its secrets.
 * @throws JobError `invalid-config` when one is not there or has another form; it is not shown
 */
export function triggerOf(
  { tenant, job, secretRef }: ConfigFile['triggers'][string],
  name: string,
  source: SecretSource,
): TriggerConfig {
  const references = typeof secretRef === 'string' ? [secretRef] : secretRef;
  const secrets = references.map((reference) => {
    const key = `triggers.${name}.secretRef`;
    const secret = secretOf(reference, key, source);
    if (isSecret(secret)) return secret;
    const sentence = `\`${key}\` refers to ${reference}, which must hold whsec_ and the base64 of ${LEAST_BYTES} to ${MOST_BYTES} bytes; what stands there is not shown.`;
    throw new JobError('invalid-config', sentence);
  });
  return { tenant, job, secrets };
}

// Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme
function isSecret(text: string): boolean {
  const { length } = Buffer.from(text.slice('whsec_'.length), 'base64');
  return FORM.test(text) && length >= LEAST_BYTES && length <= MOST_BYTES;
}
