import type { Config } from '../config/index.ts';
import { JobError } from '../domain/errors.ts';
import type { Stack } from '../stack/index.ts';
import type { Systems } from './engine.ts';
import type { NamedFile } from './named-file.ts';

/**
 * Starts programs of a project as the systems that its tools speak to. Each is told a `PORT` of 127.0.0.1, the same one at
 * every start while it is free, and prints one JSON line `{"ready":true}` when it listens there. A credential of
 * temporal.yaml for the same name goes with each request all the same.
 * @throws JobError `stack-failed` for one that does not say so within a minute
 */
export async function startServices(
  stack: Pick<Stack, 'port' | 'start'>,
  services: readonly NamedFile[],
  configured: Config['systems'],
): Promise<Systems> {
  const started = services.map(async ({ name, file, path }) => {
    const port = await stack.port(name);
    await stack.start(specOf(name, path, port)).catch((cause: unknown) => {
      throw new JobError(
        'stack-failed',
        `${file} does not become ready: it is told PORT=${port} and has to print {"ready":true} when it listens there; see service-${name}.log under .holdfast/logs.`,
        { cause },
      );
    });
    return [name, { ...configured[name], address: `http://127.0.0.1:${port}` }] as const;
  });
  return Object.fromEntries(await Promise.all(started));
}

function specOf(name: string, path: string, port: number): Parameters<Stack['start']>[0] {
  return {
    name: `service-${name}`,
    stage: 'service',
    args: [path],
    env: { PORT: String(port) },
    ready: { stdoutJson: true },
    restart: true,
    stopGraceMs: 1_000,
  };
}
