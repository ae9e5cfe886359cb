import { decodeJwt, errors, importJWK, jwtVerify } from 'jose';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { parseTenant, type Tenant } from '../../domain/ids.ts';
import { grantedRoles, principalIn } from '../authenticate.ts';
import type { Handlers } from '../handler.ts';
import type { ApiParts } from '../parts.ts';
import type { PrincipalSettings } from '../settings.ts';
import { issueToken } from './issue-token.ts';

/** What log-ins are addressed to. */
const AUDIENCE = 'holdfast';

const LIFETIME_MS = 12 * 3_600_000;
const MAX_AGE_S = 60;
/** How far the clocks of a person's machine and of the API may be apart, in seconds. */
const CLOCK_TOLERANCE_S = 30;
const KEY_FORM = /^ed25519:([A-Za-z0-9_-]{43})$/;

interface Claims {
  readonly name: string;
  readonly tenant: Tenant;
  readonly id: string;
  readonly entry: PrincipalSettings;
}

/** Turns a signed statement into a token; each statement counts once. */
export const logInHandlers = {
  'POST /v1/log-in': async ({ body: { statement, roles } }, parts) => {
    const { name, tenant, id, entry } = await verified(parts, statement);
    const granted = grantedRoles(name, entry.roles, roles);
    const expiresAt = new Date(Date.now() + (MAX_AGE_S + 2 * CLOCK_TOLERANCE_S) * 1_000);
    if (!(await parts.store.once.take({ tenant, kind: 'log-in', id: `${name} ${id}`, expiresAt })))
      throw refused('This log-in was used already');
    const token = await issueToken(parts, {
      tenant,
      principal: name,
      roles: granted,
      label: 'log-in',
      issuedBy: name,
      expiresAt: new Date(Date.now() + LIFETIME_MS),
    });
    return { status: 201, body: token };
  },
} as const satisfies Partial<Handlers>;

async function verified({ settings }: ApiParts, statement: string): Promise<Claims> {
  const said = saidOf(statement);
  const entry = principalIn(settings.principals, said.name, said.tenant);
  const [, x] = KEY_FORM.exec(entry?.publicKey ?? '') ?? [];
  // A stranger gets the answer of a wrong key: who is known here is nobody's business.
  if (entry === undefined || x === undefined) throw strange(said.name, said.tenant);
  try {
    const key = await importJWK({ kty: 'OKP', crv: 'Ed25519', x }, 'EdDSA');
    await jwtVerify(statement, key, {
      algorithms: ['EdDSA', 'Ed25519'],
      audience: AUDIENCE,
      issuer: said.name,
      maxTokenAge: MAX_AGE_S,
      clockTolerance: CLOCK_TOLERANCE_S,
      requiredClaims: ['iat', 'exp', 'jti', 'tenant'],
    });
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) throw strange(said.name, said.tenant);
    if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed)
      throw refused(`The log-in does not hold (${sentenceOf(error)}); is this machine's clock right`);
    throw refused('The statement is not well-formed');
  }
  return { ...said, entry };
}

function saidOf(statement: string): Omit<Claims, 'entry'> {
  try {
    const { iss, jti, tenant } = decodeJwt(statement);
    if (typeof iss !== 'string' || typeof jti !== 'string' || typeof tenant !== 'string' || jti.length > 200)
      throw new TypeError('A claim is missing.');
    return { name: iss, tenant: parseTenant(tenant), id: jti };
  } catch {
    throw refused('The statement is not well-formed');
  }
}

function strange(name: string, tenant: Tenant): JobError {
  return refused(
    `"${name.slice(0, 63)}" with this key is not known in the tenant "${tenant}"; an admin adds the public key under \`auth.principals\` in temporal.yaml. The log-in was refused`,
  );
}

function refused(what: string): JobError {
  return new JobError('unauthenticated', `${what}; log in again with \`holdfast login NAME\`.`);
}
