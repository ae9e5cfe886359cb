import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { callKeyOf, digestOf } from '../../domain/digest.ts';
import type { Digest, OwnerId, RunId, StepPath, Tenant } from '../../domain/ids.ts';
import { silentLogger } from '../../domain/log.ts';
import type { ClientStore } from '../../gate/client-store.ts';
import { callOf, Database } from '../../gate/database.ts';
import { Destinations } from '../../gate/destinations.ts';
import {
  type Adapter,
  type Call,
  type CallState,
  type Gate,
  type GateOptions,
  openGate,
  type Settlement,
} from '../../gate/index.ts';
import type { Claim, ClaimAnswer, Ledger } from '../../gate/ledger.ts';
import { type PreparedCall, prepareCall } from '../../gate/prepared-call.ts';
import { sharedStack } from '../stack-addresses.ts';

/** A tenant that no other test has. */
export function newTenant(): Tenant {
  return `t${randomBytes(8).toString('hex')}` as Tenant;
}

/** A run id that no other test has. */
export function newRunId(job = 'job'): RunId {
  return `${job}.${randomBytes(18).toString('base64url').slice(0, 22)}` as RunId;
}

/** A write of class A to the system `books`, unless said otherwise. */
export function aCall(parts: Partial<Call> = {}): Call {
  return {
    tenant: newTenant(),
    runId: newRunId(),
    stepPath: 'post' as StepPath,
    name: 'post_booking',
    toolDigest: digestOf('post_booking 1'),
    effect: 'write',
    class: 'A',
    keyTtlMs: 3_600_000,
    target: { system: 'books' },
    dataClass: 'confidential',
    args: { amount: 100 },
    timeoutMs: 10_000,
    ...parts,
  };
}

/** An identity's digest. */
export function anIdentity(text: string): Digest {
  return digestOf(text);
}

/** A call as the gate prepares it, for tests of the ledger that send nothing. */
export function prepared(parts: Partial<Call> = {}): PreparedCall {
  const destinations = toBooks('http://127.0.0.1:1');
  return prepareCall(aCall(parts), destinations);
}

/** An adapter that posts the arguments and keeps the answer. */
export const posting: Adapter = {
  send: async ({ http, key }) => settled(await http.post('/bookings', { amount: 100 }, { key })),
};

/** A settlement that holds a receiver's answer. */
export function settled(answer: unknown): Settlement {
  return { result: { answer: JSON.stringify(answer) } };
}

/** Opens a gate on the shared database whose system `books` is at an address. */
export function gateAt(address: string, parts: Partial<GateOptions> = {}): Promise<Gate> {
  return openGate({
    databaseUrl: sharedStack().database.gateUrl,
    label: 'test',
    systems: { books: { address } },
    endpoints: {},
    logger: silentLogger,
    ...parts,
  });
}

/** A signal that never aborts. */
export const never = new AbortController().signal;

/** Where calls may go: to the books at an address. */
export function toBooks(address: string): Destinations {
  return new Destinations({ systems: { books: { address } }, endpoints: {} });
}

/** The gate's database with one of its logins. */
export function databaseAs(login: 'owner' | 'gate' | 'client', poolSize = 4): Database {
  const { ownerUrl, gateUrl, clientUrl } = sharedStack().database;
  const url = { owner: ownerUrl, gate: gateUrl, client: clientUrl }[login];
  return new Database({ url, poolSize, timeoutMs: 5_000, label: 'test' });
}

/** A single connection, for statements that are to fail. */
export async function connectAs(login: 'owner' | 'gate' | 'client'): Promise<Client> {
  const { ownerUrl, gateUrl, clientUrl } = sharedStack().database;
  const client = new Client({ connectionString: { owner: ownerUrl, gate: gateUrl, client: clientUrl }[login] });
  await client.connect();
  return client;
}

/** Opens a lease that lives until it is ended by hand. */
export async function openLongLease(owner: Database, name: string = randomBytes(6).toString('hex')): Promise<OwnerId> {
  await owner.query(callOf('open_lease', 2), [name, 'test']);
  const text = `update gate.worker_lease set expires_at = 'infinity' where owner = $1`;
  await owner.query({ name: 'test.endless_lease', text }, [name]);
  return name as OwnerId;
}

/** Moves a lease's end: `-1 second` makes its owner dead. */
export async function setLease(owner: Database, name: string, from: string): Promise<void> {
  const text = 'update gate.worker_lease set expires_at = clock_timestamp() + $2::interval where owner = $1';
  await owner.query({ name: 'test.set_lease', text }, [name, from]);
}

/** What the ledger holds of a call. */
export interface LedgerRow {
  readonly state: CallState;
  readonly owner: string | null;
  readonly fence_token: number;
  readonly takeovers: number;
  readonly result: unknown;
  readonly status: number | null;
  readonly sentence: string | null;
  readonly holds: string | null;
  readonly exposed_at: Date | null;
}

/** The ledger's row of a call, read as the owner. */
export async function ledgerRow(owner: Database, call: Call): Promise<LedgerRow> {
  const text = `select state, owner, fence_token, takeovers, result, status, sentence, holds, exposed_at
    from gate.call where tenant = $1 and call_key = $2`;
  const [row] = await owner.query<LedgerRow>({ name: 'test.ledger_row', text }, [call.tenant, callKeyOf(call)]);
  if (row === undefined) throw new Error('The ledger has no such call.');
  return row;
}

/** The fence token of a claim that was granted. */
export function tokenOf(answer: ClaimAnswer): number {
  if (answer.kind !== 'claimed' && answer.kind !== 'taken-over')
    throw new Error(`The claim was answered ${answer.kind}.`);
  return answer.fenceToken;
}

/** Enters a run of a tenant, which new calls may belong to. */
export async function enteredRun(
  { runs }: Pick<ClientStore, 'runs'>,
  tenant: Tenant = newTenant(),
): Promise<Pick<Call, 'tenant' | 'runId'>> {
  const run = { tenant, runId: newRunId() };
  const bytes = Buffer.from('1');
  await runs.enter({ ...run, job: 'job', version: 1, definition: bytes, input: bytes });
  return run;
}

/** Claims a call for an owner, who must be granted it. */
export async function claimOf(ledger: Ledger, made: PreparedCall, owner: OwnerId): Promise<Claim> {
  return { prepared: made, owner, fenceToken: tokenOf(await ledger.claim(made, owner)) };
}

/** Waits until every transaction that has begun by now is over: only then is what they wrote in a timeline. */
export async function untilFinal(owner: Database): Promise<void> {
  const [now] = await owner.query<{ xid: string }>(
    { name: 'test.xid', text: 'select pg_current_xact_id()::text as xid' },
    [],
  );
  const over = { name: 'test.over', text: 'select pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 as over' };
  for (;;) {
    const [row] = await owner.query<{ over: boolean }>(over, [now?.xid]);
    if (row?.over === true) return;
    await sleep(5);
  }
}
