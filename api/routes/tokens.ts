import { JobError } from '../../domain/errors.ts';
import { mayDo, ROLES } from '../../domain/principal.ts';
import type { ClientStore } from '../../gate/client-store.ts';
import { grantedRoles, principalIn } from '../authenticate.ts';
import type { Handlers, KnownPrincipal } from '../handler.ts';
import type { Answer } from '../types.ts';
import { issueToken } from './issue-token.ts';

type TokenRow = Awaited<ReturnType<ClientStore['tokens']['list']>>[number];

const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

/** Who asks, and tokens. */
export const tokenHandlers = {
  'GET /v1/whoami': async ({ principal: { name, kind, tenant, roles, tokenId, expiresAt } }) => ({
    status: 200,
    body: { principal: name, kind, tenant, roles: [...roles], tokenId, expiresAt: expiresAt.toISOString() },
  }),
  'GET /v1/tokens': async ({ principal }, { store }) => {
    const { tenant, name } = principal;
    const rows = await (isAdmin(principal) ? store.tokens.list(tenant) : store.tokens.list(tenant, name));
    return { status: 200, body: { tokens: rows.map(tokenJson) } };
  },
  'POST /v1/tokens': async ({ principal, body }, parts) => {
    const { principal: whose = principal.name, days = DEFAULT_DAYS, label = '' } = body;
    const { tenant } = principal;
    if (whose !== principal.name && !isAdmin(principal))
      throw new JobError('forbidden', `Only an admin makes tokens for others; "${principal.name}" is none here.`);
    const entry = principalIn(parts.settings.principals, whose, tenant);
    if (entry === undefined)
      throw new JobError(
        'invalid-input',
        `There is no principal "${whose}" in the tenant "${tenant}"; \`auth.principals\` in temporal.yaml lists them.`,
      );
    // Else an admin could act as somebody who decides, under that person's name.
    if (whose !== principal.name && entry.kind === 'person')
      throw new JobError(
        'forbidden',
        `"${whose}" is a person, who logs in with a key of the person's own; an admin makes tokens for services alone.`,
      );
    // A token that has fewer roles than its owner must not beget one that has more.
    const has = whose === principal.name ? principal.roles : entry.roles;
    const roles = grantedRoles(whose, has, body.roles);
    const expiresAt = new Date(Date.now() + days * DAY_MS);
    const order = { tenant, principal: whose, roles, label, issuedBy: principal.name, expiresAt };
    return { status: 201, body: await issueToken(parts, order) };
  },
  'DELETE /v1/tokens/{tokenId}': async ({ principal, path: { tokenId } }, { store }) => {
    const { tenant, name } = principal;
    const own = async (): Promise<TokenRow | undefined> => {
      const rows = await (isAdmin(principal) ? store.tokens.list(tenant) : store.tokens.list(tenant, name));
      return rows.find((row) => row.tokenId === tokenId);
    };
    if ((await own()) === undefined)
      throw new JobError('unknown-token', `There is no token ${tokenId} that "${name}" could revoke; list them first.`);
    await store.tokens.revoke({ tenant, tokenId, by: name });
    const row = await own();
    if (row === undefined) throw new JobError('unknown-token', `The token ${tokenId} is gone.`);
    return { status: 200, body: tokenJson(row) };
  },
} as const satisfies Partial<Handlers>;

function isAdmin({ roles }: KnownPrincipal): boolean {
  return mayDo(roles, 'manage-tokens');
}

function tokenJson(row: TokenRow): Answer<'GET /v1/tokens'>['tokens'][number] {
  const { tokenId, principal, label, issuedBy, issuedAt, expiresAt, lastUsedAt, revokedAt, revokedBy } = row;
  return {
    tokenId,
    principal,
    roles: ROLES.filter((role) => row.roles.includes(role)),
    label,
    issuedBy,
    issuedAt: issuedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
    ...(revokedAt === undefined ? {} : { revokedAt: revokedAt.toISOString() }),
    ...(revokedBy === undefined ? {} : { revokedBy }),
  };
}
