import { type KeyObject, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';

/** What a person states by logging in. */
export interface LogIn {
  readonly name: string;
  readonly tenant: string;
  /** The person's own Ed25519 key. */
  readonly key: KeyObject;
}

/** A log-in signed by the person's own key, as a JWT that is good for 60 seconds and one use. */
export function logInStatement({ name, tenant, key }: LogIn): Promise<string> {
  return new SignJWT({ tenant })
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer(name)
    .setAudience('holdfast')
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign(key);
}
