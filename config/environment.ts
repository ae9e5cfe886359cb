import { DATA_CLASSES, type DataClass } from '../domain/effects.ts';
import { JobError } from '../domain/errors.ts';
import { nearest } from '../domain/nearest.ts';

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A key of the file that the environment replaces. */
export interface Override {
  readonly path: readonly string[];
  readonly variable: string;
  readonly value: string | boolean;
}

const TLS = 'TEMPORAL_TLS';

// A secret stays in the environment: the key holds a reference to it.
const KEYS: readonly { variable: string; path: readonly string[]; value: 'text' | 'reference' | 'file' }[] = [
  { variable: 'TEMPORAL_ADDRESS', path: ['temporal', 'address'], value: 'text' },
  { variable: 'TEMPORAL_NAMESPACE', path: ['temporal', 'namespace'], value: 'text' },
  { variable: 'TEMPORAL_API_KEY', path: ['temporal', 'credentialRef'], value: 'reference' },
  { variable: `${TLS}_SERVER_NAME`, path: ['temporal', 'tls', 'serverName'], value: 'text' },
  { variable: `${TLS}_SERVER_CA_CERT_PATH`, path: ['temporal', 'tls', 'serverRootCa'], value: 'file' },
  { variable: `${TLS}_SERVER_CA_CERT_DATA`, path: ['temporal', 'tls', 'serverRootCa'], value: 'reference' },
  { variable: `${TLS}_CLIENT_CERT_PATH`, path: ['temporal', 'tls', 'clientCertificate'], value: 'file' },
  { variable: `${TLS}_CLIENT_CERT_DATA`, path: ['temporal', 'tls', 'clientCertificate'], value: 'reference' },
  { variable: `${TLS}_CLIENT_KEY_PATH`, path: ['temporal', 'tls', 'clientKey'], value: 'file' },
  { variable: `${TLS}_CLIENT_KEY_DATA`, path: ['temporal', 'tls', 'clientKey'], value: 'reference' },
  { variable: 'DATABASE_URL', path: ['database', 'url'], value: 'reference' },
];

/** A variable of the environment; set but empty counts as unset. */
export function variableOf(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

/**
 * What the environment says instead of the file.
 * Source: https://docs.temporal.io/references/client-environment-configuration
 * @throws JobError `invalid-config` for a `TEMPORAL_TLS…` variable that is not known, or is neither true nor false
 */
export function overridesOf(env: Environment): readonly Override[] {
  refuseUnknownTls(env);
  const overrides = KEYS.flatMap(({ variable, path, value }): Override[] => {
    const text = variableOf(env, variable);
    if (text === undefined) return [];
    if (value === 'reference') return [{ variable, path, value: `env:${variable}` }];
    return [{ variable, path, value: value === 'file' ? `file:${text}` : text }];
  });
  const enabled = tlsEnabled(env);
  return enabled === undefined ? overrides : [...overrides, enabled];
}

/**
 * The data classes that `HOLDFAST_CLEARED` names, separated by commas.
 * @throws JobError `invalid-config` for a word that is no data class
 */
export function clearedByEnvironment(env: Environment): readonly DataClass[] {
  const words = (variableOf(env, 'HOLDFAST_CLEARED') ?? '').split(',').map((word) => word.trim());
  return words.filter((word) => word !== '').map(dataClassOf);
}

function dataClassOf(word: string): DataClass {
  const known = DATA_CLASSES.find((name) => name === word);
  if (known !== undefined) return known;
  const meant = nearest(word, DATA_CLASSES);
  const advice = meant === undefined ? `known are ${DATA_CLASSES.join(', ')}` : `perhaps "${meant}" is meant`;
  throw new JobError('invalid-config', `HOLDFAST_CLEARED names the unknown data class "${word}"; ${advice}.`);
}

function tlsEnabled(env: Environment): Override | undefined {
  const text = variableOf(env, TLS);
  if (text === undefined) return undefined;
  if (!['true', 'false'].includes(text)) {
    throw new JobError('invalid-config', `${TLS} is ${JSON.stringify(text)}; it must be true or false.`);
  }
  return { variable: TLS, path: ['temporal', 'tls', 'enabled'], value: text === 'true' };
}

function refuseUnknownTls(env: Environment): void {
  const known = [TLS, ...KEYS.map(({ variable }) => variable).filter((name) => name.startsWith(TLS))];
  const unknown = Object.keys(env).find(
    (name) => name.startsWith(TLS) && !known.includes(name) && variableOf(env, name) !== undefined,
  );
  if (unknown === undefined) return;
  const meant = nearest(unknown, known);
  const advice = meant === undefined ? `unset it; known are ${known.join(', ')}` : `perhaps ${meant} is meant`;
  throw new JobError('invalid-config', `The environment variable ${unknown} is not known; ${advice}.`);
}
