import { JobError } from '../domain/errors.ts';
import type { TemporalConfig, TlsConfig } from './config.ts';
import type { ConfigFile } from './schema.ts';
import { secretOf, type SecretSource } from './secrets.ts';

type Written = ConfigFile['temporal'];

/**
 * The connection to Temporal with its secrets looked up.
 * @throws JobError `invalid-config` for a secret that is missing, or a certificate without its key
 */
export function temporalOf(written: Written, source: SecretSource): TemporalConfig {
  const { address, namespace, credentialRef } = written;
  const tls = tlsOf(written, source);
  return {
    namespace,
    ...(address === undefined ? {} : { address }),
    ...(credentialRef === undefined ? {} : { apiKey: secretOf(credentialRef, 'temporal.credentialRef', source) }),
    ...(tls === undefined ? {} : { tls }),
  };
}

function tlsOf({ credentialRef, tls }: Written, source: SecretSource): TlsConfig | true | undefined {
  const { enabled, serverName } = tls;
  if (enabled === false) return undefined;
  if ((tls.clientCertificate === undefined) !== (tls.clientKey === undefined)) {
    throw new JobError(
      'invalid-config',
      'The TLS of Temporal has only one of client certificate and client key; give both or none.',
    );
  }
  const found = {
    ...(serverName === undefined ? {} : { serverName }),
    ...pem('serverRootCa', tls.serverRootCa, source),
    ...pem('clientCertificate', tls.clientCertificate, source),
    ...pem('clientKey', tls.clientKey, source),
  };
  if (Object.keys(found).length > 0) return found;
  return enabled === true || credentialRef !== undefined ? true : undefined;
}

function pem<Name extends string>(
  name: Name,
  reference: string | undefined,
  source: SecretSource,
): { [K in Name]?: string } {
  if (reference === undefined) return {};
  return { [name]: secretOf(reference, `temporal.tls.${name}`, source) } as { [K in Name]?: string };
}
