import { NativeConnection } from '@temporalio/worker';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { WorkerSettings } from './settings.ts';

/** Where Temporal is. */
export type NativeAddress = Pick<WorkerSettings, 'address' | 'apiKey' | 'tls'>;

/**
 * Connects to Temporal for a worker.
 * @throws JobError `stack-failed` when it does not answer
 */
export async function connectNatively({ address, apiKey, tls }: NativeAddress): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({
      address,
      ...(apiKey === undefined ? {} : { apiKey }),
      ...(tls === undefined ? {} : { tls: tlsOf(tls) }),
    });
  } catch (cause) {
    throw new JobError('stack-failed', `Temporal does not answer at ${address}: ${sentenceOf(cause)}`, { cause });
  }
}

function tlsOf(tls: NonNullable<NativeAddress['tls']>): {
  serverNameOverride?: string;
  serverRootCACertificate?: Buffer;
  clientCertPair?: { crt: Buffer; key: Buffer };
} {
  const { serverName, serverRootCa, clientCertificate, clientKey } = tls;
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(serverRootCa === undefined ? {} : { serverRootCACertificate: Buffer.from(serverRootCa) }),
    ...(clientCertificate === undefined || clientKey === undefined
      ? {}
      : { clientCertPair: { crt: Buffer.from(clientCertificate), key: Buffer.from(clientKey) } }),
  };
}
