import { createPublicKey, type KeyObject } from 'node:crypto';

/** The public half of a key as `auth.principals` has it: `ed25519:` and the raw 32 bytes in base64url. */
export function publicKeyText(key: KeyObject): string {
  return `ed25519:${createPublicKey(key).export({ format: 'jwk' }).x ?? ''}`;
}
