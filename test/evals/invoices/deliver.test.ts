import { expect, test } from '@jest/globals';
import { type HoldfastClient, parseTenant, type WaitingFor } from '../../../client/index.ts';
import { JobError } from '../../../domain/errors.ts';
import type { DocumentInFile } from '../../../evals/invoices/data.ts';
import { deliverAll, type Outcome } from '../../../evals/invoices/deliver.ts';
import { smallData } from './small-data.ts';

/** How the run of a document goes: what it waits for, and how it ends once it got that. */
interface Script {
  readonly waits?: Pick<WaitingFor, 'kind' | 'name'>;
  readonly ends?: string;
}

/** A client that plays scripts by the source of a document, and notes what it was asked. */
function scripted(scripts: Readonly<Record<string, Script>>): { client: HoldfastClient; asked: string[] } {
  const asked: string[] = [];
  const given = new Set<string>();
  const openUntilGiven = (id: string): boolean => scripts[id]?.waits !== undefined && !given.has(id);
  const client = {
    start: async (_: unknown, { source }: { source: string }) => {
      asked.push(`start ${source}`);
      return { runId: source };
    },
    wait: async (id: string) => {
      const { ends } = scripts[id] ?? {};
      if (openUntilGiven(id) || ends === undefined) throw new JobError('deadline-exceeded', 'still open');
      asked.push(`end ${id}`);
      return ends === 'completed'
        ? { status: 'completed' }
        : { status: 'failed', end: { code: ends, sentence: 'why' } };
    },
    view: async (id: string) => {
      const waits = scripts[id]?.waits;
      const waitingFor = waits && openUntilGiven(id) ? { ...waits, since: 1, sentence: 'needed' } : undefined;
      // An outage is over by itself the next time somebody looks.
      if (waits?.kind === 'unavailable') given.add(id);
      return { status: 'waiting', step: 'propose', ...(waitingFor && { waitingFor }) };
    },
    signal: async (id: string, { name }: { name: string }) => {
      asked.push(`signal ${name} ${id}`);
      given.add(id);
    },
    cancel: async (id: string) => {
      asked.push(`cancel ${id}`);
      throw new JobError('run-ended', 'it had just ended');
    },
  };
  return { client: client as unknown as HoldfastClient, asked };
}

async function outcomesOf(
  client: HoldfastClient,
  documents: readonly DocumentInFile[],
): Promise<Readonly<Record<string, Outcome>>> {
  const delivering = { client, tenant: parseTenant('evaluation'), patienceMs: 1 };
  return Object.fromEntries(await deliverAll(documents, delivering));
}

const DOCUMENTS = smallData().documents;
const only = (id: string): readonly DocumentInFile[] => DOCUMENTS.filter((document) => document.id === id);

test('a run that waits for its release gets it once', async () => {
  const { client, asked } = scripted({ plain: { waits: { kind: 'signal', name: 'release' }, ends: 'completed' } });
  const patient = { client, tenant: parseTenant('evaluation') };
  const outcomes = await deliverAll(only('plain'), patient);
  expect(outcomes.get('plain')).toMatchObject({ kind: 'ended', code: 'completed' });
  expect(asked).toEqual(['start plain', 'signal release plain', 'end plain']);
});

test.each<[string, Script]>([
  ['an answer', { waits: { kind: 'answer', name: 'account' } }],
  ['another signal', { waits: { kind: 'signal', name: 'confirm' } }],
])('a run that waits for %s is judged as it stands and cancelled', async (_, script) => {
  const { client, asked } = scripted({ plain: script });
  const { plain } = await outcomesOf(client, only('plain'));
  expect(plain).toMatchObject({ kind: 'waits', name: script.waits?.name, sentence: 'needed' });
  expect(asked).toEqual(['start plain', 'cancel plain']);
});

test('a run that waits for what is down is waited for', async () => {
  const { client, asked } = scripted({ plain: { waits: { kind: 'unavailable', name: 'books' }, ends: 'completed' } });
  const outcomes = await deliverAll(only('plain'), { client, tenant: parseTenant('evaluation') });
  expect(outcomes.get('plain')).toMatchObject({ kind: 'ended', code: 'completed' });
  expect(asked).toEqual(['start plain', 'end plain']);
});

test('a run without an end within the bound hangs and is cancelled', async () => {
  const { client, asked } = scripted({ plain: {} });
  const { plain } = await outcomesOf(client, only('plain'));
  expect(plain).toMatchObject({ kind: 'hangs', sentence: expect.stringContaining('waiting at propose') });
  expect(asked).toEqual(['start plain', 'cancel plain']);
});

test('a document that repeats another starts only after that one was booked', async () => {
  const { client, asked } = scripted({
    plain: { waits: { kind: 'signal', name: 'release' }, ends: 'completed' },
    again: { ends: 'conflict' },
    cent: { ends: 'rejected' },
    account: { ends: 'rejected' },
  });
  const outcomes = await deliverAll(DOCUMENTS, { client, tenant: parseTenant('evaluation') });
  expect([...outcomes.values()].map((outcome) => outcome.kind)).toEqual(['ended', 'ended', 'ended', 'ended']);
  expect(asked.indexOf('start again')).toBeGreaterThan(asked.indexOf('end plain'));
});

test('a document whose first was not booked is left out', async () => {
  const { client, asked } = scripted({ plain: { ends: 'rejected' } });
  const { again } = await outcomesOf(client, [...only('plain'), ...only('again')]);
  expect(again).toEqual({ kind: 'left-out', sentence: 'left out, since "plain" was not booked' });
  expect(asked).not.toContain('start again');
});
