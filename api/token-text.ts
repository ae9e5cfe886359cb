import { createHash, randomBytes } from 'node:crypto';
import type { Tenant } from '../domain/ids.ts';

const FORM = /^hf1\.([a-z][a-z0-9-]{0,62})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{43})$/;

/** A token's parts. The secret is 256 random bits, so that one SHA-256 keeps it. */
export interface TokenText {
  readonly tenant: Tenant;
  readonly tokenId: string;
  readonly digest: Buffer;
}

/** A new token: its text, which is given away once, and what is stored of it. */
export function newToken(tenant: Tenant): TokenText & { readonly text: string } {
  const tokenId = randomBytes(12).toString('base64url');
  const secret = randomBytes(32).toString('base64url');
  return { text: `hf1.${tenant}.${tokenId}.${secret}`, tenant, tokenId, digest: digestOf(secret) };
}

/** Reads a token; `undefined` for a text of another form. */
export function readToken(text: string): TokenText | undefined {
  const [, tenant, tokenId, secret] = FORM.exec(text) ?? [];
  if (tenant === undefined || tokenId === undefined || secret === undefined) return undefined;
  return { tenant: tenant as Tenant, tokenId, digest: digestOf(secret) };
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
