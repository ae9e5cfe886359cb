import type { Tenant } from '../../domain/ids.ts';
import type { Role } from '../../domain/principal.ts';
import type { ApiParts } from '../parts.ts';
import { newToken } from '../token-text.ts';
import type { Answer } from '../types.ts';

/** Whose token, for what and until when. */
export interface TokenOrder {
  readonly tenant: Tenant;
  readonly principal: string;
  readonly roles: readonly Role[];
  readonly label: string;
  readonly issuedBy: string;
  readonly expiresAt: Date;
}

/** Makes a token and stores its digest; the text is in the answer alone. */
export async function issueToken({ store }: ApiParts, order: TokenOrder): Promise<Answer<'POST /v1/log-in'>> {
  const { text, tokenId, digest } = newToken(order.tenant);
  await store.tokens.issue({ ...order, tokenId, digest });
  const { principal, tenant, roles, expiresAt } = order;
  return { token: text, tokenId, principal, tenant, roles: [...roles], expiresAt: expiresAt.toISOString() };
}
