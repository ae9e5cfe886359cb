import { JobError } from '../../domain/errors.ts';
import type { Engine } from '../../main/engine.ts';

/**
 * Starts a system that the jobs of a benchmark act on, a process of its own, under the name that their tools know it by.
 * @param program the path of its program, and its arguments
 * @throws JobError `stack-failed` when it does not say where it listens
 */
export async function startService(
  stack: Engine['stack'],
  name: string,
  program: readonly string[],
): Promise<Engine['systems']> {
  const { ready } = await stack.start({
    name,
    stage: 'service',
    args: program,
    env: {},
    ready: { stdoutJson: true },
    restart: false,
    stopGraceMs: 1_000,
  });
  const { port } = ready;
  if (typeof port !== 'number')
    throw new JobError('stack-failed', `The benchmark's ${name} did not say where it listens.`);
  return { [name]: { address: `http://127.0.0.1:${port}` } };
}
