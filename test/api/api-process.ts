import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { API_SETTINGS, type ApiSettingsInput } from '../../api/settings.ts';
import { eventually } from '../fixtures/eventually.ts';

const API_MAIN = fileURLToPath(import.meta.resolve('../../main/api.ts'));
const END_WITH_PARENT = import.meta.resolve('../fixtures/end-with-parent.ts');

/** One line of a log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** An API in a process of its own, which a test may kill. */
export interface ApiProcess {
  readonly address: string;
  /** Every line of the log, once one of them fits. */
  logged(fits: (line: LogLine) => boolean): Promise<readonly LogLine[]>;
  /** Kills it with SIGKILL and waits until it is gone. */
  kill(): Promise<void>;
  /** Ends it with SIGTERM; answers its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the process of the API and waits until it listens. */
export async function startApiProcess(settings: ApiSettingsInput): Promise<ApiProcess> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--conditions=holdfast-source', '--import', END_WITH_PARENT, API_MAIN], {
    env: { PATH, HOME, HOLDFAST_PARENT_PID: String(process.pid), [API_SETTINGS]: JSON.stringify(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const early = ended.then(([code]): never => {
    throw new Error(`The API ended with ${code} before it was ready: ${log}`);
  });
  const [line] = (await Promise.race([once(child.stdout, 'data'), early])) as [Buffer];
  early.catch(() => undefined);
  const { port } = JSON.parse(line.toString()) as { port: number };
  return {
    address: `http://127.0.0.1:${port}`,
    logged: (fits) => eventually(() => linesWith(log, fits)),
    kill: () => end(child, ended, 'SIGKILL').then(() => undefined),
    stop: () => end(child, ended, 'SIGTERM'),
  };
}

async function end(
  child: ChildProcess,
  ended: Promise<[number | null]>,
  signal: NodeJS.Signals,
): Promise<number | null> {
  child.kill(signal);
  const [code] = await ended;
  return code;
}

function linesWith(log: string, fits: (line: LogLine) => boolean): readonly LogLine[] | undefined {
  const whole = log.slice(0, log.lastIndexOf('\n'));
  const lines = whole.split('\n').filter((text) => text.startsWith('{'));
  const parsed = lines.map((text) => JSON.parse(text) as LogLine);
  return parsed.some(fits) ? parsed : undefined;
}
