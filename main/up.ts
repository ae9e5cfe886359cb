import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { loadConfig } from '../config/index.ts';
import { JobError } from '../domain/errors.ts';
import { DEFAULT_TENANT } from '../domain/ids.ts';
import { loadJobs } from '../jobs/load-jobs.ts';
import { createRegistry } from '../jobs/registry.ts';
import { askedToEnd } from './asked-to-end.ts';
import { configuredEngine } from './configured-engine.ts';
import { type Engine, openEngine } from './engine.ts';
import { namedFile } from './named-file.ts';
import { openUnlessAsked } from './open-unless-asked.ts';
import { projectHome } from './project-home.ts';
import { readRun, runJob } from './run-job.ts';
import { startServices } from './services.ts';

/** What `holdfast up` was asked for. */
export interface UpOptions {
  /** The project: the folder of temporal.yaml. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** `NAME=FILE`: programs of the project to run as systems that tools speak to. */
  readonly services: readonly string[];
  /** `JOB=FILE`: runs to start when all is up, each on the JSON of a file. */
  readonly runs: readonly string[];
  readonly verbose: boolean;
}

const CONFIG_FILE = 'temporal.yaml';

/**
 * Brings up everything for a project and serves until this process is asked to end; then it answers the exit code.
 * @throws JobError `invalid-config`, `invalid-job` or `invalid-input` before anything is started, `setup-failed` or
 * `stack-failed` when it does not come up
 */
export async function up({ folder, env, services, runs, verbose }: UpOptions): Promise<number> {
  const asked = askedToEnd();
  if (!existsSync(join(folder, CONFIG_FILE))) {
    throw new JobError(
      'invalid-config',
      `There is no ${CONFIG_FILE} in ${folder}; go to the folder of your project, or make one with \`holdfast init NAME\`.`,
    );
  }
  const config = loadConfig({ cwd: folder, env });
  const named = services.map((text) => namedFile('--service', text, folder));
  const wanted = runs.map((text) => readRun(namedFile('--run', text, folder)));
  const registry = createRegistry((await loadJobs(config.jobs, folder)).map(({ job }) => job));
  for (const { job } of wanted) registry.job(job);
  const around = { home: projectHome(folder, env), env, tenants: [DEFAULT_TENANT], onProgress: say, verbose };
  const opening = openEngine(
    configuredEngine(config, { ...around, systems: (stack) => startServices(stack, named, config.systems) }),
  );
  const engine = await openUnlessAsked(opening, asked, say);
  try {
    process.stdout.write(whatIsUp(basename(folder), engine));
    for (const each of wanted) await Promise.race([runJob(engine, each, print), asked]);
    say('serving; Ctrl-C stops everything');
    await asked;
    return 0;
  } finally {
    await engine.close();
  }
}

function whatIsUp(project: string, { stack, registry, endpoints, systems, api = 'none' }: Engine): string {
  const { address, namespace } = stack.addresses.temporal;
  const rows: readonly (readonly [string, string])[] = [
    ['Temporal', `${address}, namespace ${namespace}`],
    ['HTTP API', api],
    ['jobs', registry.jobs.map(({ name, version }) => `${name} ${version}`).join(', ')],
    ['models', endpoints.map(({ model }) => model).join(', ')],
    ...Object.entries(systems).map(([name, system]) => [`system ${name}`, system.address] as const),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return [`${project} is up`, ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`), ''].join('\n');
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function say(line: string): void {
  process.stderr.write(`holdfast: ${line}\n`);
}
