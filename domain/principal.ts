import type { Tenant } from './ids.ts';

/** The roles that a principal may have within a tenant. */
export const ROLES = ['viewer', 'operator', 'approver', 'auditor', 'policy-author', 'admin'] as const;
/** One of {@link ROLES}. */
export type Role = (typeof ROLES)[number];

/** What a principal may be allowed to do. */
export const ACTS = [
  'read-runs',
  'start-runs',
  'steer-runs',
  'signal-runs',
  'answer-questions',
  'manage-schedules',
  'manage-tokens',
  'read-system',
] as const;
/** One of {@link ACTS}. */
export type Act = (typeof ACTS)[number];

const ALLOWED: Readonly<Record<Act, readonly Role[]>> = {
  'read-runs': ROLES,
  'start-runs': ['operator', 'admin'],
  'steer-runs': ['operator', 'admin'],
  // A signal may be what a run waits for from whoever decides.
  'signal-runs': ['operator', 'approver', 'admin'],
  'answer-questions': ['approver', 'admin'],
  'manage-schedules': ['operator', 'admin'],
  // Those of others: everybody may list and revoke the own ones.
  'manage-tokens': ['admin'],
  'read-system': ['operator', 'auditor', 'admin'],
};

/** Who acts: a person or a service, with the roles that count now, within one tenant. */
export interface Principal {
  readonly name: string;
  readonly kind: 'person' | 'service';
  readonly tenant: Tenant;
  readonly roles: readonly Role[];
}

const PRINCIPAL_NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** Whether a text can name a principal: 1 to 63 of `a-z`, `0-9` and `-`, starting with a letter. */
export function isPrincipalName(text: string): boolean {
  return PRINCIPAL_NAME.test(text);
}

/** The roles of which one is needed for an act. */
export function rolesFor(act: Act): readonly Role[] {
  return ALLOWED[act];
}

/** Whether any of these roles allows an act. */
export function mayDo(roles: readonly Role[], act: Act): boolean {
  return roles.some((role) => ALLOWED[act].includes(role));
}
