import { Connection } from '@temporalio/client';
import type { TemporalAddress } from '../addresses.ts';

/** Opens a connection to Temporal and asks who it is. Rejects when nobody answers in time. */
export function connectTemporal({ address, apiKey, tls }: TemporalAddress, timeoutMs: number): Promise<Connection> {
  return Connection.connect({
    address,
    connectTimeout: timeoutMs,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(tls === undefined ? {} : { tls: tls === true ? true : tlsOptions(tls) }),
  });
}

function tlsOptions(tls: Exclude<TemporalAddress['tls'], true | undefined>): object {
  const { serverName, serverRootCa, clientCertificate, clientKey } = tls;
  const pair =
    clientCertificate === undefined || clientKey === undefined
      ? undefined
      : { crt: Buffer.from(clientCertificate), key: Buffer.from(clientKey) };
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(serverRootCa === undefined ? {} : { serverRootCACertificate: Buffer.from(serverRootCa) }),
    ...(pair === undefined ? {} : { clientCertPair: pair }),
  };
}
