import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const MAIN = new URL('../../../stack/simulated-model/main.ts', import.meta.url).pathname;

/** A running simulated model, reached over real HTTP. */
export interface ModelProcess {
  child: ChildProcess;
  /** The JSON line it printed when it was ready. */
  ready: { ready: boolean; port: number; model: string };
  address: string;
  /** Ends the process and returns its exit code. */
  stop(): Promise<number | null>;
}

/** Starts `stack/simulated-model/main.ts` as its users do. */
export async function startModel(environment: Record<string, string> = {}): Promise<ModelProcess> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const ready = JSON.parse(line) as ModelProcess['ready'];
  const stop = async (): Promise<number | null> => {
    if (child.exitCode !== null) return child.exitCode;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    return child.exitCode;
  };
  return { child, ready, address: `http://127.0.0.1:${ready.port}`, stop };
}

/** Status and parsed body of an HTTP answer. */
export interface Answer<Body> {
  status: number;
  body: Body;
}

/** Body of a refusal. */
export interface ErrorBody {
  error: { message: string; type: string; param: string | null; code: string | null };
}

/** Sends a body to a path of the model; texts go as they are. */
export async function post<Body>(model: ModelProcess, path: string, body: unknown): Promise<Answer<Body>> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${model.address}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
  });
  return { status: response.status, body: (await response.json()) as Body };
}
