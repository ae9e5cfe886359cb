import { z } from 'zod';
import { Moment, NameField, RoleField } from './fields.ts';

/** A log-in: a statement that the person's own key has signed. */
export const LogInBody = z
  .strictObject({
    statement: z
      .string()
      .min(1)
      .max(4_096)
      .describe(
        'A JWT, signed with the Ed25519 key of the person (EdDSA): `iss` the name, `aud` "holdfast", `tenant`, `jti`, `iat`, `exp` at most 60 s later.',
      ),
    roles: z.array(RoleField).min(1).max(10).optional().describe('Fewer roles than the person has; default all.'),
  })
  .describe('A signed log-in.');

/** A token, which is shown this once. */
export const IssuedTokenSchema = z
  .strictObject({
    token: z.string().describe('Goes into `Authorization: Bearer …`; it is kept nowhere and shown this once.'),
    tokenId: z.string(),
    principal: NameField,
    tenant: NameField,
    roles: z.array(RoleField),
    expiresAt: Moment,
  })
  .describe('A new token.');

/** Who asks. */
export const WhoAmISchema = z
  .strictObject({
    principal: NameField,
    kind: z.enum(['person', 'service']),
    tenant: NameField,
    roles: z.array(RoleField).describe('The roles that count now: those of the token that the principal still has.'),
    tokenId: z.string(),
    expiresAt: Moment,
  })
  .describe('Who asks.');

/** What a token is to be. */
export const TokenBody = z
  .strictObject({
    principal: NameField.optional().describe(
      'Whose; default the own one. Those of services need the role admin; another person logs in.',
    ),
    roles: z.array(RoleField).min(1).max(10).optional().describe('Default all that the principal has.'),
    days: z.int().min(1).max(365).optional().describe('For how long, in days: 1 to 365, default 30.'),
    label: z.string().min(1).max(100).optional().describe('What it is for.'),
  })
  .describe('What the token is to be.');

/** A token as lists show it. */
export const TokenSchema = z
  .strictObject({
    tokenId: z.string(),
    principal: NameField,
    roles: z.array(RoleField),
    label: z.string(),
    issuedBy: z.string(),
    issuedAt: Moment,
    expiresAt: Moment,
    lastUsedAt: Moment.optional(),
    revokedAt: Moment.optional(),
    revokedBy: z.string().optional(),
  })
  .describe('A token without its secret.');

/** Tokens, the newest first. */
export const TokenList = z.strictObject({ tokens: z.array(TokenSchema) }).describe('Tokens, the newest first.');

/** The parameters of routes of one token. */
export const TokenPath = z.strictObject({
  tokenId: z.string().regex(/^[A-Za-z0-9_-]{8,40}$/, { error: 'the id of a token' }),
});
