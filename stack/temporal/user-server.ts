import { readFileSync } from 'node:fs';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { variable } from '../../scripts/environment.js';
import type { TemporalAddress, TemporalTls } from '../addresses.ts';

/**
 * The user's own Temporal server, from the environment variables that Temporal's own tools read; `undefined` without
 * `TEMPORAL_ADDRESS`. An API key or a certificate turns TLS on, `TEMPORAL_TLS=false` turns it off.
 * Source: https://docs.temporal.io/references/client-environment-configuration
 * @throws {JobError} `invalid-config` for a certificate file that cannot be read
 */
export function userTemporal(environment: NodeJS.ProcessEnv): TemporalAddress | undefined {
  const address = variable('TEMPORAL_ADDRESS', environment);
  if (address === undefined) return undefined;
  const apiKey = variable('TEMPORAL_API_KEY', environment);
  const tls = userTls(environment, apiKey !== undefined);
  return {
    address,
    namespace: variable('TEMPORAL_NAMESPACE', environment) ?? 'default',
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function userTls(environment: NodeJS.ProcessEnv, wanted: boolean): TemporalTls | true | undefined {
  const asked = variable('TEMPORAL_TLS', environment);
  if (asked === 'false') return undefined;
  const serverName = variable('TEMPORAL_TLS_SERVER_NAME', environment);
  const serverRootCa = pem('TEMPORAL_TLS_SERVER_CA_CERT', environment);
  const clientCertificate = pem('TEMPORAL_TLS_CLIENT_CERT', environment);
  const clientKey = pem('TEMPORAL_TLS_CLIENT_KEY', environment);
  const tls: TemporalTls = {
    ...(serverName === undefined ? {} : { serverName }),
    ...(serverRootCa === undefined ? {} : { serverRootCa }),
    ...(clientCertificate === undefined ? {} : { clientCertificate }),
    ...(clientKey === undefined ? {} : { clientKey }),
  };
  if (Object.keys(tls).length > 0) return tls;
  return wanted || asked === 'true' ? true : undefined;
}

/** Content of `<name>_DATA`, else of the file named by `<name>_PATH`. */
function pem(name: string, environment: NodeJS.ProcessEnv): string | undefined {
  const data = variable(`${name}_DATA`, environment);
  const path = variable(`${name}_PATH`, environment);
  if (data !== undefined || path === undefined) return data;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new JobError('invalid-config', `${name}_PATH names ${path}, which cannot be read (${sentenceOf(error)})`, {
      cause: error,
    });
  }
}
