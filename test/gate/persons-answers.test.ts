import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerCall, type CallAnswer } from '../../gate/answer-call.ts';
import type { Database } from '../../gate/database.ts';
import { insertDecision } from '../../gate/decisions.ts';
import { Ledger } from '../../gate/ledger.ts';
import type { PreparedCall } from '../../gate/prepared-call.ts';
import { anIdentity, databaseAs, ledgerRow, newTenant, openLongLease, prepared, claimOf } from './fixture.ts';

let owner: Database;
let database: Database;
let client: Database;
let ledger: Ledger;

beforeAll(() => {
  owner = databaseAs('owner');
  database = databaseAs('gate', 4);
  client = databaseAs('client');
  ledger = new Ledger(database);
});
afterAll(async () => {
  await Promise.all([owner.close(), database.close(), client.close()]);
});

/** A call whose effect is not known. */
async function doubtful(): Promise<PreparedCall> {
  const call = prepared({ tenant: newTenant(), identity: anIdentity('the same thing'), class: 'D' });
  await settle(call, 'unknown');
  return call;
}

async function settle(call: PreparedCall, state: 'unknown' | 'committed'): Promise<boolean> {
  const by = await openLongLease(owner);
  const claim = await claimOf(ledger, call, by);
  return ledger.settle(claim, { state, sentence: state, settlement: { result: state === 'unknown' ? null : 'sent' } });
}

async function decided(
  { call }: PreparedCall,
  decisionId: string,
  kind: 'answer' | 'signal' = 'answer',
): Promise<void> {
  const { tenant, runId, stepPath } = call;
  await insertDecision(client, { tenant, runId, decisionId, kind, name: stepPath, actor: 'ada' });
}

function answer({ call }: PreparedCall, given: Partial<CallAnswer>): ReturnType<typeof answerCall> {
  const { tenant, runId, stepPath } = call;
  const found = { decisionId: 'one', verdict: 'accepted', sentence: 'ada: looked', ...given } as const;
  return answerCall(database, { tenant, runId, stepPath, ...found });
}

const RESULT = { kind: 'result', ref: 'r', facts: {} };

test('an answer that no person has stored changes nothing, and another kind of decision is none [question.unknown-effect]', async () => {
  const call = await doubtful();
  await expect(answer(call, { result: RESULT })).resolves.toBe('no-decision');
  await decided(call, 'one', 'signal');
  await expect(answer(call, { result: RESULT })).resolves.toBe('no-decision');
  await expect(ledgerRow(owner, call.call)).resolves.toMatchObject({ state: 'unknown' });
});

test('an answer about one call of a run settles no other one [question.several] [question.unknown-effect]', async () => {
  const call = await doubtful();
  const { tenant, runId } = call.call;
  await insertDecision(client, {
    tenant,
    runId,
    decisionId: 'one',
    kind: 'answer',
    name: 'another-step',
    actor: 'ada',
  });
  await expect(answer(call, { result: RESULT })).resolves.toBe('no-decision');
  await expect(ledgerRow(owner, call.call)).resolves.toMatchObject({ state: 'unknown' });
});

test('what nobody doubts cannot be answered, and a call that gave no result needs one', async () => {
  const known = prepared({ tenant: newTenant() });
  const by = await openLongLease(owner);
  const claim = await claimOf(ledger, known, by);
  await decided(known, 'one');
  await expect(answer(known, { verdict: 'rejected' })).resolves.toBe('not-open');
  await ledger.settle(claim, { state: 'committed', settlement: { result: RESULT } });
  await expect(answer(known, { verdict: 'rejected' })).resolves.toBe('not-open');
  const call = await doubtful();
  await decided(call, 'one');
  await expect(answer(call, {})).resolves.toBe('needs-output');
  await expect(answer(call, { result: RESULT })).resolves.toBe('settled');
  await expect(ledgerRow(owner, call.call)).resolves.toMatchObject({ state: 'accepted', result: RESULT });
});

test('a run answers its own calls alone', async () => {
  const [call, other] = [await doubtful(), await doubtful()];
  await decided(call, 'one');
  const { tenant, runId } = call.call;
  const { stepPath } = other.call;
  await expect(
    answerCall(database, {
      tenant,
      runId: other.call.runId,
      stepPath,
      decisionId: 'one',
      verdict: 'rejected',
      sentence: '',
    }),
  ).resolves.toBe('no-decision');
  await expect(ledgerRow(owner, other.call)).resolves.toMatchObject({ state: 'unknown' });
  await expect(
    answerCall(database, {
      tenant,
      runId,
      stepPath: call.call.stepPath,
      decisionId: 'one',
      verdict: 'rejected',
      sentence: '',
    }),
  ).resolves.toBe('settled');
});

test('an answer that was given before does not settle what is doubted anew [question.once]', async () => {
  const call = await doubtful();
  for (const id of ['first', 'second']) await decided(call, id);
  for (const decisionId of ['first', 'second']) {
    await expect(answer(call, { decisionId, verdict: 'repeat' })).resolves.toBe('settled');
    await expect(answer(call, { decisionId, verdict: 'repeat' })).resolves.toBe('settled');
    await settle(call, 'unknown');
  }
  await expect(answer(call, { decisionId: 'first', verdict: 'repeat' })).resolves.toBe('not-open');
  await expect(ledgerRow(owner, call.call)).resolves.toMatchObject({ state: 'unknown' });
});

interface Act {
  readonly kind: 'accept' | 'reject' | 'repeat' | 'send';
  readonly decision: 1 | 2 | 3;
}

const FINAL = ['accepted', 'rejected', 'committed'];

const acts = fc.record<Act>({
  kind: fc.constantFrom('accept', 'reject', 'repeat', 'repeat', 'repeat', 'repeat', 'send', 'send', 'send', 'send'),
  decision: fc.constantFrom(1, 2, 3),
});

// What stands in one inner list happens at the same time.
test('whatever people answer at whatever time: each decision counts once, and only a repeat opens a call again [question.once]', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(acts, { minLength: 1, maxLength: 3 }), { maxLength: 16 }), async (history) => {
      const call = await doubtful();
      for (const id of ['d1', 'd2', 'd3']) await decided(call, id);
      const repeats = new Set<number>();
      let before = await ledgerRow(owner, call.call);
      for (const moment of history) {
        await Promise.all(moment.map((act) => perform(call, act, repeats)));
        const after = await ledgerRow(owner, call.call);
        expect(after.fence_token).toBeGreaterThanOrEqual(before.fence_token);
        expect(after.state).toBe(FINAL.includes(before.state) ? before.state : after.state);
        expect(after.holds === null).toBe(after.state === 'rejected');
        before = after;
      }
      // One claim at first; each decision counts once, and what it opens is sent once.
      expect(before.fence_token).toBeLessThanOrEqual(1 + 3 + repeats.size);
    }),
    { numRuns: 40 },
  );
});

async function perform(call: PreparedCall, act: Act, repeats: Set<number>): Promise<void> {
  const decisionId = `d${act.decision}`;
  switch (act.kind) {
    case 'send': {
      const { state, owner: by } = await ledgerRow(owner, call.call);
      if (state === 'claimed' && by === null) await settle(call, 'unknown').catch(() => false);
      return;
    }
    case 'accept':
      await answer(call, { decisionId, result: RESULT });
      return;
    case 'reject':
      await answer(call, { decisionId, verdict: 'rejected' });
      return;
    case 'repeat':
      if ((await answer(call, { decisionId, verdict: 'repeat' })) === 'settled') repeats.add(act.decision);
  }
}
