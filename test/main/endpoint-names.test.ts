import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { openEngine } from '../../main/engine.ts';

const root = join(import.meta.dirname, '../..');

test('a start whose file lacks an endpoint that an agent names ends before anything is started [endpoint.unknown-name]', async () => {
  const started: string[] = [];
  const opening = openEngine({
    home: join(tmpdir(), 'holdfast-never-made'),
    env: {},
    jobs: ['test/fixtures/pair'],
    root,
    layout: 'together',
    configured: [{ id: 'small' }, { id: 'huge' }],
    systems: async () => {
      started.push('systems');
      return {};
    },
    onProgress: (line) => void started.push(line),
  });
  await expect(opening).rejects.toMatchObject({
    code: 'invalid-config',
    message: expect.stringMatching(
      /^The agent "ask" of "pair" names the endpoint "large", which temporal\.yaml does not have/,
    ),
  });
  expect(started).toEqual([]);
});
