import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DATA_CLASSES } from '../../domain/effects.ts';
import { JobError } from '../../domain/errors.ts';
import { type Engine, openEngine, removeEngine } from '../../main/engine.ts';
import { evaluationHome, ROOT } from '../replay/evaluation-home.ts';
import type { Tau2Data } from './data.ts';
import { ENDPOINTS } from './fault-plan.ts';
import { KILL_ORDER } from './kill-order.ts';
import type { Tau2Options } from './options.ts';
import { type ProcessSettings, TAU2_SETTINGS } from './process-settings.ts';
import { MODEL_TIMEOUT_MS } from './timing.ts';
import { type Variant, writeJobs } from './write-jobs.ts';

/** The name of the tool server's process. */
export const DESK = 'desk';

/** What one evaluation works with: an engine that nobody else has, with the oracle and the tool server. */
export interface Tau2Evaluation {
  readonly engine: Engine;
  /** The tool server's base address. */
  readonly desk: string;
  /** The oracle's base address, for what it counts. */
  readonly oracle: string;
  /** The file that orders workers to die. */
  readonly order: string;
  /** Ends everything that was started and deletes what it kept. */
  close(): Promise<void>;
}

type Endpoints = Engine['endpoints'];
type Stack = Engine['stack'];

const ORACLE_MAIN = fileURLToPath(new URL('./oracle-model.ts', import.meta.url));
const DESK_MAIN = fileURLToPath(new URL('./tool-server.ts', import.meta.url));
const KILLED_WORKER = fileURLToPath(new URL('./killed-worker.ts', import.meta.url));
const CONTEXT_TOKENS = 1_000_000;

/** Brings up the domains' jobs on a stack of its own. The user's servers, keys and models are not used. */
export async function openTau2(
  options: Tau2Options,
  data: Tau2Data,
  tell: (line: string) => void,
): Promise<Tau2Evaluation> {
  const home = evaluationHome();
  mkdirSync(home, { recursive: true });
  const order = join(home, 'kill-order');
  const variants: readonly Variant[] = options.kills ? ['plain', 'held'] : ['plain'];
  const settings: ProcessSettings = {
    data: resolve(options.data),
    ...(options.base === undefined ? {} : { base: resolve(options.base) }),
    seed: options.seed,
    rate: options.faultRate,
    mode: options.tools,
    ledger: join(home, 'desk.jsonl'),
  };
  const engine = await openEngine({
    home,
    env: {},
    jobs: writeJobs(join(home, 'jobs'), { domains: data.domains, variants, mode: options.tools }),
    root: ROOT,
    layout: 'together',
    ...(options.kills ? { workerProgram: KILLED_WORKER, jobsEnv: { [KILL_ORDER]: order } } : {}),
    systems: async (stack) => ({ desk: { address: await startDesk(stack, settings) } }),
    endpoints: (stack) => startOracle(stack, settings),
    onProgress: tell,
  });
  const [endpoint] = engine.endpoints;
  const address = engine.systems['desk']?.address;
  if (endpoint === undefined || address === undefined)
    throw new JobError('stack-failed', 'The engine came up without the oracle or the tool server.');
  return {
    engine,
    desk: address,
    oracle: new URL(endpoint.address).origin,
    order,
    close: async () => {
      await engine.close();
      removeEngine(home);
    },
  };
}

async function startDesk(stack: Stack, settings: ProcessSettings): Promise<string> {
  const port = await stack.port(DESK);
  await stack.start({
    name: DESK,
    stage: 'service',
    args: [DESK_MAIN],
    env: { PORT: String(port), [TAU2_SETTINGS]: JSON.stringify(settings) },
    ready: { stdoutJson: true },
    restart: true,
    stopGraceMs: 1_000,
  });
  return `http://127.0.0.1:${port}`;
}

async function startOracle(stack: Stack, settings: ProcessSettings): Promise<Endpoints> {
  const { ready } = await stack.start({
    name: 'oracle',
    stage: 'service',
    args: [ORACLE_MAIN],
    env: { [TAU2_SETTINGS]: JSON.stringify(settings) },
    ready: { stdoutJson: true },
    restart: false,
    stopGraceMs: 1_000,
  });
  const ports: readonly unknown[] = Array.isArray(ready['ports']) ? ready['ports'] : [];
  return ENDPOINTS.map((id, index) => ({
    id,
    address: `http://127.0.0.1:${String(ports[index])}/v1`,
    model: id,
    cleared: [...DATA_CLASSES],
    contextTokens: CONTEXT_TOKENS,
    timeoutMs: MODEL_TIMEOUT_MS,
  }));
}
