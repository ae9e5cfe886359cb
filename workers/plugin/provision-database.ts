import { JobError } from '../../domain/errors.ts';
import { type GateUrls, provisionGate, type ProvisionOptions } from '../../gate/schema/provision.ts';

/** What {@link provisionDatabase} takes. */
export interface ProvisionDatabaseOptions extends Omit<ProvisionOptions, 'database'> {
  /** The name of the gate's database; created when it is missing. Default `holdfast`. */
  readonly database?: string;
}

/**
 * Makes the gate's database, or brings it up to date: run it before the workers of each new version. Repeating it changes nothing
 * but the passwords of its three logins.
 * @returns its addresses: `gateUrl` for `HoldfastPlugin`, `clientUrl` for those who list runs, `ownerUrl` for whoever migrates
 * @throws JobError `invalid-config` for an empty password or when the login lacks a right, `stack-failed` when the database cannot be reached or migrated
 */
export async function provisionDatabase({
  database = 'holdfast',
  ...options
}: ProvisionDatabaseOptions): Promise<GateUrls> {
  const empty = Object.entries(options.passwords).find(([, password]) => password === '');
  if (empty !== undefined)
    throw new JobError('invalid-config', `The password of the login holdfast_${empty[0]} is empty; give it one.`);
  return provisionGate({ database, ...options });
}
