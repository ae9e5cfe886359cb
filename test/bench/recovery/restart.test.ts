import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { restart } from '../../../bench/recovery/restart.ts';
import type { Stack, StartedProcess } from '../../../stack/index.ts';

const OLD_BUILD = 'worker-bench-o-1';

/** A stack that keeps what it is told, for as long as it is looked at. */
function keeping(looks: readonly (readonly Pick<StartedProcess, 'name' | 'pid' | 'status'>[])[]): Stack {
  let look = 0;
  const processes = async (): Promise<unknown> => looks[Math.min(look++, looks.length - 1)];
  // Only this is asked of it.
  return { processes, addresses: {} } as unknown as Stack;
}

const kept = (pid: number): Pick<StartedProcess, 'name' | 'pid' | 'status'> => ({
  name: OLD_BUILD,
  pid,
  status: 'running',
});
const deploy = async (): Promise<void> => undefined;

test('a worker that was stopped with the last run of its build before it could be killed is not waited for', async () => {
  const engine = { stack: keeping([[kept(1)], []]) };
  expect(await restart({ engine, workers: 'worker-bench-', deploy }, 'worker', 0)).toBeUndefined();
});

test('a worker whose build has no run left when it is killed is not waited for, and one that is started again is', async () => {
  const restarted = async (after: readonly ReturnType<typeof kept>[]): Promise<unknown> => {
    const child = spawn('sleep', ['30']);
    const ended = once(child, 'exit');
    const pid = child.pid ?? 0;
    const engine = { stack: keeping([[kept(pid)], [kept(pid)], [kept(pid)], after]) };
    const seen = await restart({ engine, workers: 'worker-bench-', deploy }, 'worker', 0);
    expect(await ended).toEqual([null, 'SIGKILL']);
    return seen;
  };
  expect(await restarted([])).toBeUndefined();
  expect(await restarted([kept(process.pid)])).toMatchObject({ kind: 'worker', killedAt: expect.any(Number) });
});
