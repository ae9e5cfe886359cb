import { type Client, escapeIdentifier, escapeLiteral } from 'pg';
import { scramVerifier } from './scram.ts';

/** The three logins of the gate's database: who migrates it, who decides calls, who enters runs. */
export const ROLES = { owner: 'holdfast_owner', gate: 'holdfast_gate', client: 'holdfast_client' } as const;

/** One password for each login. */
export type RolePasswords = Readonly<Record<keyof typeof ROLES, string>>;

/** Creates the logins that are missing and gives all of them these passwords. */
export async function ensureRoles(admin: Client, passwords: RolePasswords): Promise<void> {
  for (const name of ['owner', 'gate', 'client'] as const) {
    const role = ROLES[name];
    const { rowCount } = await admin.query('select from pg_roles where rolname = $1', [role]);
    const verb = rowCount === 0 ? 'create' : 'alter';
    await admin.query(`${verb} role ${role} login password ${escapeLiteral(scramVerifier(passwords[name]))}`);
  }
}

/**
 * Creates the database when it is missing, and lets the three logins alone connect. A database that belongs to somebody else
 * keeps its own grants: only what the logins need is added.
 */
export async function ensureDatabase(admin: Client, database: string): Promise<void> {
  const name = escapeIdentifier(database);
  const found = await admin.query<{ owner: string }>(
    'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
    [database],
  );
  const owner = found.rows[0]?.owner;
  if (owner === undefined) {
    await becomeMemberOf(admin, ROLES.owner);
    await admin.query(`create database ${name} owner ${ROLES.owner}`);
  }
  if (owner === undefined || owner === ROLES.owner) await admin.query(`revoke all on database ${name} from public`);
  else await admin.query(`grant create on database ${name} to ${ROLES.owner}`);
  await admin.query(`grant connect on database ${name} to ${Object.values(ROLES).join(', ')}`);
  await admin.query(
    `alter role ${ROLES.gate} in database ${name} set default_transaction_isolation = 'read committed'`,
  );
}

// Only a member may make another role a database's owner; who created the role may grant that to itself.
async function becomeMemberOf(admin: Client, role: string): Promise<void> {
  const { rows } = await admin.query<{ rolsuper: boolean }>(
    'select rolsuper from pg_roles where rolname = current_user',
  );
  if (rows[0]?.rolsuper !== true) await admin.query(`grant ${role} to current_user`);
}
