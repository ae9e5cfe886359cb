import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Client, type ClientOptions, Connection, WorkflowFailedError } from '@temporalio/client';
import { parseTenant, type Tenant } from '../../../client/index.ts';
import { type ClientStore, openClientStore } from '../../../gate/client-store.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { startWorkerProcess, type WorkerProcess } from '../../fixtures/worker-process.ts';
import { sharedStack } from '../../stack-addresses.ts';

const FIXTURES = new URL('../../fixtures/plain/', import.meta.url);

/** A plain Temporal client with a Task Queue, a tenant and a receiver of its own. */
export interface PlainTemporal {
  readonly client: Client;
  readonly store: ClientStore;
  readonly receiver: Receiver;
  readonly tenant: Tenant;
  readonly taskQueue: string;
  /** Starts the worker of a folder in a process of its own; that of `more` needs a bundle that is made already, `BUNDLE`. */
  startWorker(folder: 'before' | 'after' | 'more', more?: { readonly BUNDLE: string }): Promise<WorkerProcess>;
  close(): Promise<void>;
}

/** Connects a plain client to the suite's stack. */
export async function openPlain(plugins: ClientOptions['plugins'] = []): Promise<PlainTemporal> {
  const { temporal, database } = sharedStack();
  const connection = await Connection.connect({ address: temporal.address });
  const receiver = await startReceiver();
  const store = await openClientStore({ databaseUrl: database.clientUrl });
  const name = `plain-${randomBytes(5).toString('hex')}`;
  const env = {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TASK_QUEUE: name,
    TENANT: name,
    BOOKS_ADDRESS: receiver.address,
    HOLDFAST_DATABASE_URL: database.gateUrl,
  };
  const workers: WorkerProcess[] = [];
  return {
    client: new Client({ connection, namespace: temporal.namespace, plugins }),
    store,
    receiver,
    tenant: parseTenant(name),
    taskQueue: name,
    startWorker: async (folder, more) => {
      const args = [pathOf(`${folder}/worker.ts`)];
      const spec = {
        name,
        stage: 'worker',
        args,
        env: { ...env, ...more },
        restart: false,
        stopGraceMs: 8_000,
      } as const;
      const worker = await startWorkerProcess(spec);
      workers.push(worker);
      return worker;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await store.close();
      await connection.close();
      await receiver.close();
    },
  };
}

/** The path of a file of the plain fixtures. */
export function pathOf(file: string): string {
  return fileURLToPath(new URL(file, FIXTURES));
}

/** What a Workflow failed with. */
export async function failureOf(result: Promise<unknown>): Promise<Error | undefined> {
  try {
    await result;
  } catch (error) {
    if (error instanceof WorkflowFailedError) return error.cause;
    throw error;
  }
  throw new Error('The workflow completed.');
}
