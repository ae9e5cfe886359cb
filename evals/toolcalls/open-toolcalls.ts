import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type HoldfastClient, parseTenant, type Tenant } from '../../client/index.ts';
import { DATA_CLASSES } from '../../domain/effects.ts';
import { JobError } from '../../domain/errors.ts';
import { openEngine, removeEngine, type Engine } from '../../main/engine.ts';
import { evaluationHome, ROOT } from '../replay/evaluation-home.ts';
import { environmentOf, type ToolcallsEnvironment } from './environment.ts';

/** What one evaluation works with: an engine that nobody else has, an oracle for a model, and the tools' system. */
export interface OpenToolcalls {
  readonly client: HoldfastClient;
  readonly registry: Engine['registry'];
  readonly tenant: Tenant;
  /** Origins of the two services. */
  readonly tools: string;
  readonly oracle: string;
  /** Ends everything that was started and deletes what it kept. */
  close(): Promise<void>;
}

type Stack = Engine['stack'];

const TENANT = parseTenant('evaluation');
const TOOL_SERVER = fileURLToPath(new URL('./tool-server.ts', import.meta.url));
const ORACLE_MODEL = fileURLToPath(new URL('./oracle-model.ts', import.meta.url));
const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Brings everything up for so many shelves. The user's servers, keys and models are not used. */
export async function openToolcalls(
  environment: ToolcallsEnvironment,
  shelves: number,
  tell: (line: string) => void,
): Promise<OpenToolcalls> {
  const home = evaluationHome();
  const jobsEnv = environmentOf({ ...environment, folder: resolve(environment.folder) });
  const origins = { tools: '', oracle: '' };
  const engine = await openEngine({
    home,
    env: {},
    jobs: await writeJobs(join(home, 'jobs'), shelves),
    root: ROOT,
    layout: 'together',
    jobsEnv,
    systems: async (stack) => {
      origins.tools = await startService(stack, { name: 'tool-server', file: TOOL_SERVER, env: jobsEnv });
      return { tools: { address: origins.tools } };
    },
    endpoints: async (stack) => {
      origins.oracle = await startService(stack, { name: 'oracle-model', file: ORACLE_MODEL, env: jobsEnv });
      return [{ id: 'oracle', address: `${origins.oracle}/v1`, model: 'ORACLE', cleared: [...DATA_CLASSES] }];
    },
    onProgress: tell,
  });
  return {
    client: engine.client,
    registry: engine.registry,
    tenant: TENANT,
    ...origins,
    close: async () => {
      await engine.close();
      removeEngine(home);
    },
  };
}

// A job folder holds one job, and how many jobs there are, the data says.
async function writeJobs(parent: string, shelves: number): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: shelves }, async (_, place) => {
      const folder = join(parent, String(place));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const job = `import { shelfJob } from ${JSON.stringify(join(HERE, 'shelf-job.ts'))};\nexport const job = await shelfJob(${place});\n`;
      const workflow = `export { toolcallsWorkflow as toolcalls${place}Workflow } from ${JSON.stringify(join(HERE, 'workflow.ts'))};\n`;
      await Promise.all([writeFile(join(folder, 'job.ts'), job), writeFile(join(folder, 'workflow.ts'), workflow)]);
      return folder;
    }),
  );
}

async function startService(
  stack: Stack,
  { name, file, env }: { name: string; file: string; env: Readonly<Record<string, string>> },
): Promise<string> {
  const { ready } = await stack.start({
    name,
    stage: 'service',
    args: [file],
    env: { ...env, PORT: String(await stack.port(name)) },
    ready: { stdoutJson: true },
    // What it has seen would be gone.
    restart: false,
    stopGraceMs: 1_000,
  });
  const { port } = ready;
  if (typeof port === 'number') return `http://127.0.0.1:${port}`;
  throw new JobError('stack-failed', `The ${name} did not say where it listens; see ${name}.log under .holdfast/logs.`);
}
