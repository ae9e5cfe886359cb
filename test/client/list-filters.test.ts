import { expect, test } from '@jest/globals';
import type { ClientParts } from '../../client/client.ts';
import { type ListOptions, listRuns } from '../../client/list-runs.ts';
import { DEFAULT_TENANT } from '../../domain/ids.ts';
import type { RunQuery } from '../../gate/list-runs.ts';
import type { RunRow } from '../../gate/runs.ts';

function recording(rows: readonly Partial<RunRow>[] = []): { parts: ClientParts; asked: RunQuery[] } {
  const asked: RunQuery[] = [];
  const list = async (query: RunQuery): Promise<readonly Partial<RunRow>[]> => {
    asked.push(query);
    return rows;
  };
  return { parts: { store: { runs: { list } } } as unknown as ClientParts, asked };
}

test('every filter of a list reaches the projection, and a listed run names who started it', async () => {
  const { parts, asked } = recording([{ actor: 'ann' }, {}]);
  const times = { startedAfter: new Date(1), startedBefore: new Date(2) };
  const filters = { status: 'waiting', job: 'job', actor: 'ann', waitingFor: 'answer', ...times } as const;
  await expect(listRuns(parts, filters)).resolves.toMatchObject([{ actor: 'ann' }, { actor: '' }]);
  expect(asked).toEqual([{ tenant: DEFAULT_TENANT, limit: 50, ...filters }]);
});

test('a filter that no run can fit is refused by name and asks nothing', async () => {
  const { parts, asked } = recording();
  const refused: readonly [object, string][] = [
    [{ status: 'gone' }, 'No run has the status "gone"; there are running,'],
    [{ waitingFor: 'tea' }, 'No run waits for "tea"; there are signal,'],
    [{ startedAfter: new Date('yesterday') }, 'The time startedAfter is none'],
    [{ startedBefore: new Date(Date.UTC(10_000, 0)) }, 'The time startedBefore is none'],
    [
      { after: { startedAt: new Date(Number.NaN), runId: `job.${'x'.repeat(22)}` } },
      'The time after.startedAt is none',
    ],
    [{ after: { startedAt: new Date(), runId: 'job' } }, '"job" is not a run id'],
  ];
  for (const [options, message] of refused) {
    const listed = listRuns(parts, options as ListOptions);
    await expect(listed).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining(message) });
  }
  expect(asked).toEqual([]);
});
