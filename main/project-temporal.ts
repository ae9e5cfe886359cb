import { Client } from '@temporalio/client';
import type { Config } from '../config/index.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { seeStack } from '../stack/index.ts';
import { connectTemporal } from '../stack/temporal/connect.ts';

const TIMEOUT_MS = 5_000;
const EMBEDDED_NAMESPACE = 'default';

type Address = Parameters<typeof connectTemporal>[0];

/**
 * Connects to the Temporal server of a project: the one that its configuration names, else the embedded one where it runs. Starts
 * nothing; the connection is to be closed.
 * @throws JobError `stack-failed` when it does not run or does not answer
 */
export async function projectTemporal({ temporal }: Pick<Config, 'temporal'>, home: string): Promise<Client> {
  const { address } = temporal;
  const server = address === undefined ? await embedded(home) : { ...temporal, address };
  try {
    const connection = await connectTemporal(server, TIMEOUT_MS);
    return new Client({ connection, namespace: server.namespace });
  } catch (cause) {
    throw new JobError('stack-failed', `Temporal does not answer at ${server.address}: ${sentenceOf(cause)}`, {
      cause,
    });
  }
}

async function embedded(home: string): Promise<Address> {
  const { processes, ports } = await seeStack(home);
  const runs = processes.some(({ stage, running }) => stage === 'server' && running);
  const port = ports.find(({ name }) => name === 'frontend')?.port;
  if (runs && port !== undefined) return { address: `127.0.0.1:${port}`, namespace: EMBEDDED_NAMESPACE };
  throw new JobError(
    'stack-failed',
    'The embedded Temporal server does not run; start it with `holdfast up`, or set TEMPORAL_ADDRESS for another one.',
  );
}
