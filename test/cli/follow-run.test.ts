import { expect, test } from '@jest/globals';
import { createApiClient } from '../../cli/api-client.ts';
import { followRun } from '../../cli/follow-run.ts';
import { eventually } from '../fixtures/eventually.ts';
import { startSmallApi } from './small-api.ts';

test('Ctrl-C that comes twice, from the terminal and passed on, still says that the run goes on [cli.run-life]', async () => {
  const api = await startSmallApi((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(': here\n\n');
  });
  const before = process.listeners('SIGINT');
  const followed = followRun(createApiClient({ address: api.address }), `job.${'a'.repeat(22)}`, { show: 'nothing' });
  await eventually(() => (api.seen.length > 0 ? true : undefined));
  process.emit('SIGINT');
  await expect(followed).resolves.toEqual({ interrupted: true });
  const kept = process.listeners('SIGINT').filter((listener) => !before.includes(listener));
  // Without any, the second one kills the process before it has spoken.
  expect(kept).toHaveLength(1);
  for (const listener of kept) process.off('SIGINT', listener);
  await api.close();
});
