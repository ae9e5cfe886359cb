import { JobError } from '../domain/errors.ts';
import type { Tenant } from '../domain/ids.ts';
import { isPrincipalName, type Role, ROLES } from '../domain/principal.ts';
import type { Database, Statement } from './database.ts';

const MAX_LABEL = 100;
const MAX_ID = 64;
const DIGEST_BYTES = 32;
const TOKEN_ID = /^[A-Za-z0-9_-]+$/;

// By the database's clock, as everything that ends.
const SHOWN = `t.*, case when t.revoked_at is not null then 'revoked' when t.expires_at <= clock_timestamp() then 'expired'
  else 'live' end as state`;
const ISSUE: Statement = {
  name: 'gate.issue_token',
  text: `select ${SHOWN} from gate.issue_token($1, $2, $3, $4, $5, $6, $7, $8) t`,
};
const USE: Statement = { name: 'gate.use_token', text: `select ${SHOWN} from gate.use_token($1, $2) t` };
const LIST: Statement = {
  name: 'gate.list_tokens',
  text: `select ${SHOWN} from gate.api_token t where t.tenant = $1 and ($2::text is null or t.principal = $2)
    order by t.issued_at desc, t.token_id`,
};
const REVOKE: Statement = { name: 'gate.revoke_token', text: 'select gate.revoke_token($1, $2, $3) as revoked' };

/** A token to be issued. The database never sees its secret. */
export interface NewToken {
  readonly tenant: Tenant;
  /** 1 to 64 of `a-z`, `A-Z`, `0-9`, `-` and `_`; no secret. */
  readonly tokenId: string;
  /** SHA-256 of the secret, 32 bytes. The secret must be 256 random bits: then nobody can guess it, and no slow hash is needed. */
  readonly digest: Uint8Array;
  readonly principal: string;
  /** What it may be used as; at least one. */
  readonly roles: readonly Role[];
  /** What its owner calls it; at most 100 characters on one line. */
  readonly label: string;
  readonly issuedBy: string;
  readonly expiresAt: Date;
}

/** A token as the database keeps it. */
export interface TokenRow extends NewToken {
  /** Only a `live` one counts; by the database's clock. */
  readonly state: 'live' | 'expired' | 'revoked';
  readonly issuedAt: Date;
  readonly revokedAt: Date | undefined;
  readonly revokedBy: string | undefined;
  /** Written at most once a minute. */
  readonly lastUsedAt: Date | undefined;
}

/** Which token is to be revoked, and by whom. */
export interface TokenRevocation {
  readonly tenant: Tenant;
  readonly tokenId: string;
  readonly by: string;
}

interface StoredToken {
  readonly tenant: Tenant;
  readonly token_id: string;
  readonly digest: Buffer;
  readonly principal: string;
  readonly roles: readonly string[];
  readonly label: string;
  readonly issued_by: string;
  readonly issued_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly revoked_by: string | null;
  readonly last_used_at: Date | null;
  readonly state: TokenRow['state'];
}

/**
 * Stores a token; the same one again changes nothing and answers the row that is there.
 * @throws JobError `invalid-input` when a field is out of bounds, `conflict` when its id is that of another token
 */
export async function issueToken(database: Database, token: NewToken): Promise<TokenRow> {
  const complaint = complaintAbout(token);
  if (complaint !== undefined) throw new JobError('invalid-input', complaint);
  const { tenant, tokenId, principal, roles, label, issuedBy, expiresAt } = token;
  const digest = Buffer.from(token.digest);
  const values = [tenant, tokenId, digest, principal, roles, label, issuedBy, expiresAt];
  const [row] = await database.query<StoredToken>(ISSUE, values);
  if (row === undefined) throw new JobError('internal', `The token ${tokenId} was stored and cannot be found.`);
  if (!row.digest.equals(digest) || row.principal !== principal) {
    throw new JobError('conflict', `The token id ${tokenId} is taken in the tenant "${tenant}"; make another one.`);
  }
  return rowOf(row);
}

/**
 * The token of this id, whatever its state, and notes that it was used when it is live; `undefined` when the tenant has none.
 * Who asks compares the digest, in constant time, and the state.
 */
export async function useToken(database: Database, tenant: Tenant, tokenId: string): Promise<TokenRow | undefined> {
  const [row] = await database.query<StoredToken>(USE, [tenant, tokenId]);
  return row === undefined ? undefined : rowOf(row);
}

/** Every token of a tenant, or of one of its principals, also those that count no more; the newest first. */
export async function listTokens(database: Database, tenant: Tenant, principal?: string): Promise<readonly TokenRow[]> {
  const rows = await database.query<StoredToken>(LIST, [tenant, principal ?? null]);
  return rows.map(rowOf);
}

/** Revokes a token for ever; once more changes nothing. `false`: the tenant has none of this id. */
export async function revokeToken(database: Database, { tenant, tokenId, by }: TokenRevocation): Promise<boolean> {
  const [row] = await database.query<{ revoked: boolean }>(REVOKE, [tenant, tokenId, by]);
  return row?.revoked === true;
}

function complaintAbout({ tokenId, digest, principal, roles, label, expiresAt }: NewToken): string | undefined {
  if (tokenId.length > MAX_ID || !TOKEN_ID.test(tokenId)) {
    return `The token id ${JSON.stringify(tokenId)} is not 1 to ${MAX_ID} of a-z, A-Z, 0-9, "-" and "_".`;
  }
  if (digest.length !== DIGEST_BYTES) return `A token's digest has ${DIGEST_BYTES} bytes, this one ${digest.length}.`;
  if (!isPrincipalName(principal)) {
    return `The principal ${JSON.stringify(principal)} is not 1 to 63 of a-z, 0-9 and "-" starting with a letter.`;
  }
  const stranger = roles.find((role) => !ROLES.includes(role));
  if (stranger !== undefined) return `There is no role ${JSON.stringify(stranger)}; there are ${ROLES.join(', ')}.`;
  if (roles.length === 0) return 'A token needs at least one role.';
  if (label.length > MAX_LABEL || /\p{Cc}/u.test(label)) {
    return `A token's label is at most ${MAX_LABEL} characters on one line, this one has ${label.length}.`;
  }
  if (!(expiresAt.getTime() > Date.now())) return 'A token must end in the future; give it a later end.';
  return undefined;
}

function rowOf(row: StoredToken): TokenRow {
  return {
    tenant: row.tenant,
    tokenId: row.token_id,
    digest: row.digest,
    principal: row.principal,
    // A role that this version does not know allows nothing.
    roles: ROLES.filter((role) => row.roles.includes(role)),
    label: row.label,
    issuedBy: row.issued_by,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at ?? undefined,
    revokedBy: row.revoked_by ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    state: row.state,
  };
}
