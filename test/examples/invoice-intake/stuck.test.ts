import { expect, test } from '@jest/globals';
import { parseTenant, type ListedRun, type SeenRun } from '../../../client/index.ts';
import { stuckSentence } from '../../../examples/invoice-intake/demo/stuck.ts';

const PATIENCE_MS = 1_000;
const LONG_AGO = Date.now() - 10 * PATIENCE_MS;
const tenant = parseTenant('demo');

type Waits = { kind: 'unavailable' | 'signal'; since: number };

function open(runId: string, waits?: Waits): ListedRun {
  const waitingFor =
    waits === undefined ? {} : { waitingFor: { ...waits, name: 'books', sentence: 'The books are down.' } };
  return { runId, tenant, status: 'running', ...waitingFor } as ListedRun;
}

const down = open('down', { kind: 'unavailable', since: LONG_AGO });
const running = open('running');

/** What is said of some open runs when those of `running` have failed that often. */
function said(runs: readonly ListedRun[], attempts = 0, since = LONG_AGO): Promise<string | undefined> {
  const blocked = attempts === 0 ? {} : { blocked: { error: 'It divides by nothing.', attempts } };
  const client = { view: async (runId: string) => ({ ...open(runId), live: true, ageMs: 0, ...blocked }) as SeenRun };
  return stuckSentence({ client, tenant, patienceMs: PATIENCE_MS }, runs, since);
}

test('runs that all wait for what is down are stuck, by the sentence of their wait', async () => {
  expect(await said([down, down])).toBe('The books are down.');
});

test('a run that is blocked is stuck, alone or beside those that wait', async () => {
  expect(await said([running], 3)).toBe('A run is blocked: It divides by nothing.');
  expect(await said([down, running], 3)).toBe('A run is blocked: It divides by nothing.');
});

test('as long as one run moves, has just begun to wait or waits for a person, none is stuck', async () => {
  expect(await said([down, running])).toBeUndefined();
  expect(await said([running], 2)).toBeUndefined();
  expect(await said([down, open('new', { kind: 'unavailable', since: Date.now() })])).toBeUndefined();
  expect(await said([down, open('asked', { kind: 'signal', since: LONG_AGO })], 3)).toBeUndefined();
});

test('nothing is stuck before patience is over, or where nobody is impatient', async () => {
  expect(await said([down], 0, Date.now())).toBeUndefined();
  const client = { view: async () => Promise.reject(new Error('nobody asks')) };
  expect(await stuckSentence({ client, tenant }, [down, running], LONG_AGO)).toBeUndefined();
});
