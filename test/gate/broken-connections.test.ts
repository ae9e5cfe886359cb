import { expect, test } from '@jest/globals';
import { silentLogger } from '../../domain/log.ts';
import { Database } from '../../gate/database.ts';
import { openGate } from '../../gate/index.ts';
import { startLossyRelay } from '../fixtures/lossy-relay.ts';
import { sharedStack } from '../stack-addresses.ts';

test('a worker whose first connection to the database comes to nothing opens its gate with the next [gate.outage]', async () => {
  const url = new URL(sharedStack().database.gateUrl);
  url.searchParams.delete('host');
  const relay = await startLossyRelay(`http://${url.host}`);
  url.host = new URL(relay.address).host;
  const options = { label: 'slow-start', systems: {}, endpoints: {}, logger: silentLogger };
  const gate = await openGate({ ...options, databaseUrl: url.href });
  expect(relay.lostBytes()).toBeGreaterThan(0);
  await gate.close();
  await relay.close();
});

test('a connection that breaks while a caller holds it fails the next statement and not the process [gate.outage]', async () => {
  const url = sharedStack().database.clientUrl;
  const database = new Database({ url, poolSize: 2, timeoutMs: 5_000, label: 'broken' });
  const held = await database.pool.connect();
  const { rows } = await held.query<{ pid: number }>('select pg_backend_pid() as pid');
  const ended = new Promise((resolve) => held.once('end', resolve));
  await database.query({ name: 'test.terminate', text: 'select pg_terminate_backend($1)' }, [rows[0]?.pid]);
  await ended;
  await expect(held.query('select 1')).rejects.toThrow('not queryable');
  held.release(true);
  await database.close();
});
