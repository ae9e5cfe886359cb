import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { JobError } from '../domain/errors.ts';

/** A message as it came. */
export interface SignedMessage {
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
}

const TOLERANCE_SECONDS = 300;
const MAX_SIGNATURES = 20;
// Without a dot: it parts what is signed, and an id with one could pass for another id and moment.
const ID = /^[\x21-\x2d\x2f-\x7e]{1,200}$/;
const TIMESTAMP = /^\d{1,12}$/;
const SIGNATURE = /^v1,[A-Za-z0-9+/]{43}=$/;

/**
 * Checks that a message was signed with one of the secrets (`whsec_…`) within the last 5 minutes, and answers its id. Node's own
 * HMAC, because the bytes of a stranger must not hold up everybody: 32 MiB take it 20 ms, and 550 ms the library of the standard.
 * Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 * @throws JobError `unauthenticated`
 */
export function verifyMessage({ headers, body }: SignedMessage, secrets: readonly string[]): string {
  const id = header(headers, 'webhook-id', { form: ID, what: '1 to 200 visible ASCII characters without a dot' });
  const timestamp = header(headers, 'webhook-timestamp', { form: TIMESTAMP, what: 'whole seconds since 1970' });
  checkTime(Number(timestamp));
  const given = signaturesOf(headers);
  const signed = secrets.map((secret) => signatureOf(secret, `${id}.${timestamp}.`, body));
  // Every pair is compared: how long it takes must not tell which one fits.
  const fits = signed.flatMap((own) => given.map((each) => timingSafeEqual(own, each)));
  if (fits.includes(true)) return id;
  throw unauthenticated(
    'No trigger at this address takes this message; check the address and the secret, and sign `<webhook-id>.<webhook-timestamp>.<body>` with the very bytes of the body.',
  );
}

function header(
  headers: IncomingHttpHeaders,
  name: string,
  { form, what }: { readonly form: RegExp; readonly what: string },
): string {
  const value = headers[name];
  if (typeof value === 'string' && form.test(value)) return value;
  throw unauthenticated(
    `The header \`${name}\` ${value === undefined ? 'is missing' : 'does not fit'}; it holds ${what}.`,
  );
}

function checkTime(timestamp: number): void {
  const lateSeconds = Math.floor(Date.now() / 1_000) - timestamp;
  if (Math.abs(lateSeconds) <= TOLERANCE_SECONDS) return;
  const off = lateSeconds > 0 ? `${lateSeconds} s behind` : `${-lateSeconds} s before`;
  throw unauthenticated(
    `\`webhook-timestamp\` is ${off} this clock, and ${TOLERANCE_SECONDS} s are allowed; sign each attempt anew, and check the clock.`,
  );
}

function signaturesOf(headers: IncomingHttpHeaders): readonly Uint8Array[] {
  const value = headers['webhook-signature'];
  const texts = typeof value === 'string' ? value.split(' ').filter((text) => SIGNATURE.test(text)) : [];
  if (texts.length > 0) return texts.slice(0, MAX_SIGNATURES).map((text) => Buffer.from(text.slice(3), 'base64'));
  const how = value === undefined ? 'is missing' : 'does not fit';
  throw unauthenticated(`The header \`webhook-signature\` ${how}; it holds \`v1,<base64 of the HMAC-SHA256>\`.`);
}

function signatureOf(secret: string, before: string, body: Uint8Array): Uint8Array {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return createHmac('sha256', key).update(before).update(body).digest();
}

function unauthenticated(sentence: string): JobError {
  return new JobError('unauthenticated', sentence);
}
