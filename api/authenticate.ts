import { timingSafeEqual } from 'node:crypto';
import { JobError } from '../domain/errors.ts';
import type { Tenant } from '../domain/ids.ts';
import { mayDo, ROLES, type Role, rolesFor } from '../domain/principal.ts';
import type { KnownPrincipal } from './handler.ts';
import type { ApiParts } from './parts.ts';
import type { Access } from './route.ts';
import type { PrincipalSettings } from './settings.ts';
import { readToken } from './token-text.ts';

const BEARER = /^Bearer +(\S+) *$/i;

/**
 * Who asks, by the token of a request.
 * @throws JobError `unauthenticated` when it names nobody, `forbidden` when the role is missing
 */
export async function authenticate(
  parts: Pick<ApiParts, 'store' | 'settings'>,
  authorization: string | undefined,
  access: Exclude<Access, 'public'>,
): Promise<KnownPrincipal> {
  const principal = await principalOf(parts, authorization);
  if (access === 'known' || mayDo(principal.roles, access)) return principal;
  const has = principal.roles.join(', ') || 'none';
  throw new JobError(
    'forbidden',
    `"${principal.name}" may not do this (${access}): it needs one of the roles ${rolesFor(access).join(', ')}, and this token has ${has}.`,
  );
}

async function principalOf(
  { store, settings }: Pick<ApiParts, 'store' | 'settings'>,
  authorization: string | undefined,
): Promise<KnownPrincipal> {
  if (authorization === undefined)
    throw new JobError(
      'unauthenticated',
      'This needs a token; log in with `holdfast login NAME` or send `Authorization: Bearer <token>`.',
    );
  const token = readToken(BEARER.exec(authorization)?.[1] ?? '');
  const row = token === undefined ? undefined : await store.tokens.use(token.tenant, token.tokenId);
  // One sentence for all that does not name a token: who guesses learns nothing.
  if (token === undefined || row === undefined || !timingSafeEqual(row.digest, token.digest)) {
    throw new JobError('unauthenticated', 'The token is not one of this API; log in again.');
  }
  if (row.state !== 'live') {
    const at = row.state === 'revoked' ? row.revokedAt : row.expiresAt;
    throw new JobError(
      'unauthenticated',
      `The token ${row.state === 'revoked' ? 'was revoked' : 'expired'} at ${at?.toISOString() ?? 'some time'}; log in again.`,
    );
  }
  const entry = principalIn(settings.principals, row.principal, token.tenant);
  if (entry === undefined)
    throw new JobError(
      'unauthenticated',
      `"${row.principal}" is no longer a principal of the tenant "${token.tenant}"; \`auth.principals\` in temporal.yaml lists them.`,
    );
  const roles = entry.roles.filter((role) => row.roles.includes(role));
  const { name, kind } = { name: row.principal, kind: entry.kind };
  return { name, kind, tenant: token.tenant, roles, tokenId: row.tokenId, expiresAt: row.expiresAt };
}

/** A principal of the configuration within a tenant. */
export function principalIn(
  principals: Readonly<Record<string, PrincipalSettings>>,
  name: string,
  tenant: Tenant,
): PrincipalSettings | undefined {
  const entry = Object.hasOwn(principals, name) ? principals[name] : undefined;
  return entry?.tenants.includes(tenant) === true ? entry : undefined;
}

/**
 * The roles that a new token is to have: those asked for, which the principal must have.
 * @throws JobError `forbidden` naming the one that is missing
 */
export function grantedRoles(name: string, has: readonly Role[], asked: readonly Role[] | undefined): readonly Role[] {
  const missing = asked?.find((role) => !has.includes(role));
  if (missing !== undefined)
    throw new JobError(
      'forbidden',
      `"${name}" has not the role ${missing}; \`auth.principals\` in temporal.yaml gives roles, and ${has.join(', ') || 'none'} are given.`,
    );
  return ROLES.filter((role) => (asked ?? has).includes(role));
}
