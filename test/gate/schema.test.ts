import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { silentLogger } from '../../domain/log.ts';
import { openClientStore } from '../../gate/client-store.ts';
import { callOf, Database } from '../../gate/database.ts';
import { openGate } from '../../gate/index.ts';
import { provisionGate, type GateUrls } from '../../gate/schema/provision.ts';
import { scramVerifier } from '../../gate/schema/scram.ts';
import { newRunId, newTenant } from './fixture.ts';
import { type OwnPostgres, ownPostgres } from './own-postgres.ts';

const PASSWORDS = { owner: 'owner-1', gate: 'gate-1', client: 'client-1' };
const DENIED = { code: '42501' };
const LATER_TABLES = ['run_note', 'call_moment', 'api_token', 'seen', 'delivery'];

let postgres: OwnPostgres;
let urls: GateUrls;

beforeAll(async () => {
  postgres = await ownPostgres();
  const both = await Promise.all(
    [1, 2].map(() => provisionGate({ adminUrl: postgres.adminUrl, database: 'gate-1', passwords: PASSWORDS })),
  );
  urls = both[0] ?? both[1] ?? { ownerUrl: '', gateUrl: '', clientUrl: '' };
});
afterAll(() => postgres.remove());

async function as<Value>(url: string, use: (client: Client) => Promise<Value>): Promise<Value> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

test('provisionGate run twice at once and once more gives one schema, with the passwords of the last time', async () => {
  const passwords = { ...PASSWORDS, gate: 'gate-2' };
  const again = await provisionGate({ adminUrl: postgres.adminUrl, database: 'gate-1', passwords });
  await expect(as(urls.gateUrl, async () => null)).rejects.toMatchObject({ code: '28P01' });
  await expect(as(again.gateUrl, (gate) => gate.query('select from gate.call'))).resolves.toMatchObject({
    rowCount: 0,
  });
  urls = await provisionGate({ adminUrl: postgres.adminUrl, database: 'gate-1', passwords: PASSWORDS });
  await expect(
    as(urls.ownerUrl, (owner) => owner.query('select name from gate.kysely_migration order by name')),
  ).resolves.toMatchObject({
    rows: [
      { name: '0001-first-floor' },
      { name: '0002-fewer-statements' },
      { name: '0003-endpoint-cool-downs' },
      { name: '0004-answers' },
      { name: '0005-principals-and-timeline' },
      { name: '0006-parent-runs' },
      { name: '0007-forks' },
      { name: '0008-nothing-stuck' },
    ],
  });
});

test('a database that has other functions than this version gets the right ones with the next start', async () => {
  const again = (): Promise<GateUrls> =>
    provisionGate({ adminUrl: postgres.adminUrl, database: 'gate-1', passwords: PASSWORDS });
  await as(urls.ownerUrl, async (owner) => {
    await owner.query(
      'create or replace function gate.close_lease(p_owner text) returns void language sql as $$ select $$',
    );
    await owner.query(`comment on schema gate is 'functions of an earlier version'`);
  });
  await again();
  await as(urls.ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ body: string }>(
      `select prosrc as body from pg_proc where proname = 'close_lease'`,
    );
    expect(rows[0]?.body).toContain('delete from gate.worker_lease');
    await owner.query(`insert into gate.kysely_migration values ('9999-later', now()::text)`);
  });
  await expect(again()).rejects.toMatchObject({ message: expect.stringContaining('by a later version of Holdfast') });
  await as(urls.ownerUrl, (owner) => owner.query(`delete from gate.kysely_migration where name = '9999-later'`));
});

test('every function that a login may execute is planned for any tenant, and looks nothing up by search path', async () => {
  const wanted = ['search_path=pg_catalog, pg_temp', 'plan_cache_mode=force_generic_plan'];
  await as(urls.ownerUrl, async (owner) => {
    const { rows } = await owner.query<{ name: string; settings: string[] }>(
      `select proname as name, proconfig as settings from pg_proc where pronamespace = 'gate'::regnamespace and prosecdef`,
    );
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter(({ settings }) => !wanted.every((one) => settings.includes(one)))).toEqual([]);
  });
});

test('a wrong password and a database without the schema are named as such when they are opened', async () => {
  const opened = (url: string): Promise<unknown> =>
    openGate({ databaseUrl: url, label: 'test', systems: {}, endpoints: {}, logger: silentLogger });
  await expect(opened(urls.gateUrl.replace('gate-1@', 'wrong@'))).rejects.toMatchObject({ code: 'invalid-config' });
  await expect(openClientStore({ databaseUrl: urls.clientUrl.replace('client-1@', 'wrong@') })).rejects.toMatchObject({
    code: 'invalid-config',
  });
  await expect(opened(postgres.adminUrl)).rejects.toMatchObject({ code: 'stack-failed' });
});

test('provisionGate lets nobody else connect', async () => {
  await as(postgres.adminUrl, (admin) => admin.query(`create role stranger login password 'stranger'`));
  const stranger = urls.gateUrl.replace('holdfast_gate:gate-1', 'stranger:stranger');
  await expect(as(stranger, async () => null)).rejects.toMatchObject(DENIED);
});

test('provisionGate works with a login that may create roles and databases and no more, and in a database that is already there', async () => {
  await as(postgres.adminUrl, async (admin) => {
    await admin.query(`create role builder login createrole createdb password 'builder'`);
    await admin.query('grant holdfast_owner, holdfast_gate, holdfast_client to builder with admin option');
    await admin.query('create database "theirs" owner builder');
  });
  const builder = postgres.adminUrl.replace(/\/\/[^@]+@/, '//builder:builder@');
  const created = await provisionGate({ adminUrl: builder, database: 'gate-2', passwords: PASSWORDS });
  const theirs = await provisionGate({ adminUrl: builder, database: 'theirs', passwords: PASSWORDS });
  for (const { gateUrl } of [created, theirs]) {
    await expect(as(gateUrl, (gate) => gate.query('show default_transaction_isolation'))).resolves.toMatchObject({
      rows: [{ default_transaction_isolation: 'read committed' }],
    });
  }
});

test('provisionGate says in one sentence what a login lacks, what it cannot reach, and what is no address', async () => {
  const stranger = postgres.adminUrl.replace(/\/\/[^@]+@/, '//stranger:stranger@');
  const provisioned = (adminUrl: string): Promise<unknown> =>
    provisionGate({ adminUrl, database: 'gate-3', passwords: PASSWORDS });
  await expect(provisioned(stranger)).rejects.toMatchObject({
    code: 'invalid-config',
    message: expect.stringContaining('give it CREATEROLE and CREATEDB'),
  });
  await expect(provisioned('postgres://nobody@127.0.0.1:1/x')).rejects.toMatchObject({
    code: 'stack-failed',
    message: expect.stringMatching(
      /cannot be reached \(.*ECONNREFUSED.*\); start PostgreSQL, or correct DATABASE_URL\.$/,
    ),
  });
  await expect(provisioned('nonsense')).rejects.toMatchObject({ code: 'invalid-config' });
});

test('provisionGate leaves no password in a statement', () => {
  expect(scramVerifier('secret', Buffer.alloc(16))).toMatch(/^SCRAM-SHA-256\$4096:A{22}==\$[\w+/]{43}=:[\w+/]{43}=$/);
});

test('the login of the gate writes no table by itself [gate.roles]', async () => {
  await as(urls.gateUrl, async (gate) => {
    for (const table of [
      'blob',
      'call',
      'run',
      'transcript',
      'worker_lease',
      'definition',
      'decision',
      ...LATER_TABLES,
    ]) {
      for (const statement of [
        `insert into gate.${table} default values`,
        `update gate.${table} set tenant = 'x'`,
        `delete from gate.${table}`,
        `truncate gate.${table}`,
      ]) {
        await expect(
          gate.query(statement.replace('worker_lease set tenant', 'worker_lease set owner')),
        ).rejects.toMatchObject(DENIED);
      }
    }
    await expect(gate.query('create table gate.mine ()')).rejects.toMatchObject(DENIED);
    await expect(gate.query(`select gate.put_blobs('t', '{}', '{}', '{}', '{}')`)).rejects.toMatchObject(DENIED);
  });
});

test('the gate claims no call of an effect, a class or a digest that does not exist', async () => {
  await as(urls.gateUrl, async (gate) => {
    const claimed = (effect: string, effectClass: string, digest: string): Promise<unknown> =>
      gate.query(
        `select gate.claim('o', 't', 'k', 'r', 's', 'n', 'd', '${effect}', '${effectClass}', null, 'd', 'd', repeat('A', 22), '${digest}', '', null, null)`,
      );
    const digest = 'A'.repeat(32);
    await expect(claimed('wish', 'A', digest)).rejects.toMatchObject({ code: 'HF003' });
    await expect(claimed('write', 'E', digest)).rejects.toMatchObject({ code: 'HF003' });
    await expect(claimed('write', 'A', 'short')).rejects.toMatchObject({ code: 'HF003' });
    await expect(claimed('write', 'A', digest)).resolves.toMatchObject({ rowCount: 1 });
  });
});

test('the login of the client enters runs, definitions, decisions and blobs', async () => {
  const store = await openClientStore({ databaseUrl: urls.clientUrl });
  const tenant = newTenant();
  const bytes = Buffer.from('x');
  await store.blobs.put(tenant, { mediaType: 'text/plain', bytes });
  const run = { tenant, runId: newRunId(), job: 'job', version: 1, definition: bytes, input: bytes };
  await expect(store.runs.enter(run)).resolves.toMatchObject({ inserted: true });
  await expect(
    store.decisions.insert({ tenant, runId: run.runId, decisionId: '1', kind: 'pause' }),
  ).resolves.toMatchObject({ inserted: true });
  await store.close();
});

test('the login of the client moves no run, no call and no decision on, and performs nothing [gate.roles]', async () => {
  await as(urls.clientUrl, async (client) => {
    for (const table of LATER_TABLES) {
      await expect(client.query(`insert into gate.${table} default values`)).rejects.toMatchObject(DENIED);
    }
    for (const table of ['blob', 'call', 'run', 'transcript', 'definition', 'decision', ...LATER_TABLES]) {
      await expect(client.query(`update gate.${table} set tenant = 'x'`)).rejects.toMatchObject(DENIED);
      await expect(client.query(`delete from gate.${table}`)).rejects.toMatchObject(DENIED);
    }
    await expect(client.query('insert into gate.run default values')).rejects.toMatchObject(DENIED);
    await expect(client.query('insert into gate.definition default values')).rejects.toMatchObject(DENIED);
    await expect(client.query('insert into gate.call default values')).rejects.toMatchObject(DENIED);
    await expect(client.query('select owner, fence_token from gate.call')).rejects.toMatchObject(DENIED);
    await expect(client.query('select * from gate.worker_lease')).rejects.toMatchObject(DENIED);
    await expect(client.query(`select gate.open_lease('x', 'x')`)).rejects.toMatchObject(DENIED);
    await expect(
      client.query(`select gate.close_run('t', 'r', 'failed', null, null, null, null)`),
    ).rejects.toMatchObject(DENIED);
  });
});

test('the login of the client alone reads the digests of tokens, and moves no moment of a run [tokens.digests]', async () => {
  const statement = 'select digest from gate.api_token';
  await as(urls.clientUrl, async (client) => {
    await expect(client.query(statement)).resolves.toMatchObject({ rowCount: 0 });
    const dated = `insert into gate.decision (tenant, run_id, decision_id, kind, made_xid) values ('t', 'r', 'd', 'pause', '1')`;
    await expect(client.query(dated)).rejects.toMatchObject(DENIED);
    await expect(client.query(`select gate.keep_judged(null)`)).rejects.toMatchObject(DENIED);
  });
  await as(urls.gateUrl, async (gate) => {
    await expect(gate.query(statement)).rejects.toMatchObject(DENIED);
    await expect(gate.query(`select gate.use_token('t', 't')`)).rejects.toMatchObject(DENIED);
  });
});

test('the login of the client cannot put other bytes under a reference', async () => {
  await as(urls.clientUrl, async (client) => {
    const put = client.query(`select gate.put_blob('t', repeat('A', 22), 'text/plain', 'x')`);
    await expect(put).rejects.toMatchObject({ code: 'HF004' });
    const entered = client.query(
      `select gate.enter_run('t', 'r', 'j', 1, repeat('A', 22), 'x', repeat('A', 22), 'x', 'd', null)`,
    );
    await expect(entered).rejects.toMatchObject({ code: 'HF004' });
  });
});

test('stored bytes that were altered, or moved to another reference, are found when they are read [gate.blobs-checked]', async () => {
  const store = await openClientStore({ databaseUrl: urls.clientUrl });
  const tenant = newTenant();
  const [one, two] = [
    await store.blobs.put(tenant, { mediaType: 'text/plain', bytes: Buffer.from('one') }),
    await store.blobs.put(tenant, { mediaType: 'text/plain', bytes: Buffer.from('two') }),
  ];
  await expect(store.blobs.get(tenant, one)).resolves.toMatchObject({ bytes: Buffer.from('one') });
  const owner = new Database({ url: urls.ownerUrl, poolSize: 1, timeoutMs: 5_000, label: 'test' });
  await owner.query({ name: 'alter', text: `update gate.blob set bytes = 'onE' where tenant = $1 and ref = $2` }, [
    tenant,
    one,
  ]);
  await owner.query(
    {
      name: 'move',
      text: `update gate.blob set sha256 = sha256('three'), bytes = 'three' where tenant = $1 and ref = $2`,
    },
    [tenant, two],
  );
  await owner.close();
  await expect(store.blobs.get(tenant, one)).rejects.toMatchObject({
    code: 'corrupt-blob',
    message: expect.stringContaining(one),
  });
  await expect(store.blobs.get(tenant, two)).rejects.toMatchObject({ code: 'corrupt-blob' });
  await expect(store.blobs.get(newTenant(), one)).rejects.toMatchObject({
    code: 'corrupt-blob',
    message: expect.stringContaining('is not there'),
  });
  await store.close();
});

test('the functions of the gate look nothing up by the search path of their caller', async () => {
  await as(urls.ownerUrl, async (owner) => {
    const { rows } =
      await owner.query(`select proname, prosecdef, proconfig from pg_proc where pronamespace = 'gate'::regnamespace and prosecdef
      and not coalesce(proconfig @> array['search_path=pg_catalog, pg_temp'], false)`);
    expect(rows).toEqual([]);
    const open = await owner.query(
      `select proname from pg_proc where pronamespace = 'gate'::regnamespace and has_function_privilege('public', oid, 'execute')`,
    );
    expect(open.rows).toEqual([]);
  });
});

test('the functions of the gate answer a renewal of a lease that is not there', async () => {
  const gate = new Database({ url: urls.gateUrl, poolSize: 1, timeoutMs: 5_000, label: 'test' });
  await expect(gate.query(callOf('renew_lease', 1), ['nobody'])).resolves.toEqual([{ renew_lease: false }]);
  await gate.close();
});
