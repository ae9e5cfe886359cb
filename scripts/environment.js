import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A variable of the environment; set but empty counts as unset.
 * @param {string} name
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string | undefined}
 */
export function variable(name, environment = process.env) {
  const value = environment[name];
  return value === undefined || value === '' ? undefined : value;
}

/**
 * Where things that every clone can share are kept.
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {string}
 */
export function cacheFolder(environment = process.env) {
  return join(
    variable('XDG_CACHE_HOME', environment) ?? join(variable('HOME', environment) ?? homedir(), '.cache'),
    'holdfast',
  );
}
