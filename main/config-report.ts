import {
  asksOllama,
  chooseModels,
  type Config,
  type ConfigEntry,
  describeConfig,
  loadConfig,
} from '../config/index.ts';
import type { DataClass } from '../domain/effects.ts';
import { sentenceOf } from '../domain/errors.ts';
import { checkEndpoints } from '../jobs/check-endpoints.ts';
import { checkWorkflowExport, loadJobs, type LoadedJob } from '../jobs/load-jobs.ts';
import { createRegistry } from '../jobs/registry.ts';
import { localModels } from './models.ts';

/** A model that would answer. */
interface ReportedModel {
  readonly id: string;
  readonly address: string;
  readonly model: string;
  readonly cleared: readonly DataClass[];
}

/** A job of the file, and which of the models may see its data. */
interface ReportedJob {
  readonly folder: string;
  readonly name: string;
  readonly dataClass: DataClass;
  readonly agents: readonly string[];
  /** The ids of the models that are cleared for its data class. */
  readonly cleared: readonly string[];
}

/** What a configuration comes to on this machine. Holds no secret. */
export interface ConfigReport {
  readonly values: readonly ConfigEntry[];
  readonly models: { readonly by: string; readonly endpoints: readonly ReportedModel[] };
  readonly jobs: readonly ReportedJob[];
  /** One sentence each, with what would mend it; empty when all is well. */
  readonly problems: readonly string[];
}

/**
 * Reads the configuration of a folder as a start would, loads its jobs, and finds the models. Starts nothing.
 * @throws JobError `invalid-config` for the first thing that is wrong in the file or the environment
 */
export async function configReport(folder: string, env: NodeJS.ProcessEnv): Promise<ConfigReport> {
  const config = loadConfig({ cwd: folder, env });
  const models = await modelsOf(config);
  const { loaded, problems } = await jobsOf(config);
  const jobs = loaded.map((each) => reported(each, models.endpoints));
  return {
    values: describeConfig(config),
    models,
    jobs,
    problems: [
      ...problems,
      ...jobs.flatMap(unclearedOf),
      ...loaded.flatMap((each) => unnamedOf(each, models.endpoints)),
    ],
  };
}

async function modelsOf(config: Config): Promise<ConfigReport['models']> {
  const ollama = asksOllama(config) ? await localModels() : [];
  // The simulated model gets its port when it is started, on this machine.
  const simulated = { address: 'http://127.0.0.1', model: 'SIMULATED' };
  const { by, endpoints } = chooseModels(config, { ollama, simulated });
  return { by, endpoints: endpoints.map(({ id, address, model, cleared }) => ({ id, address, model, cleared })) };
}

async function jobsOf({ jobs, root }: Config): Promise<{ loaded: readonly LoadedJob[]; problems: readonly string[] }> {
  const loaded: LoadedJob[] = [];
  const problems: string[] = [];
  for (const folder of jobs) {
    try {
      const found = await loadJobs([folder], root);
      for (const each of found) await checkWorkflowExport(each);
      createRegistry([...loaded, ...found].map(({ job }) => job));
      loaded.push(...found);
    } catch (error) {
      problems.push(sentenceOf(error));
    }
  }
  return { loaded, problems };
}

function reported({ job, folder }: LoadedJob, models: readonly ReportedModel[]): ReportedJob {
  const { name, dataClass } = job;
  const cleared = models.filter((model) => model.cleared.includes(dataClass)).map(({ id }) => id);
  return { folder, name, dataClass, agents: Object.keys(job.agents), cleared };
}

function unclearedOf({ name, dataClass, agents, cleared }: ReportedJob): readonly string[] {
  if (agents.length === 0 || cleared.length > 0) return [];
  return [
    `No model may see the data of "${name}", which is ${dataClass}; add ${dataClass} to \`cleared\` of an endpoint or to HOLDFAST_CLEARED.`,
  ];
}

function unnamedOf({ job }: LoadedJob, models: readonly ReportedModel[]): readonly string[] {
  try {
    checkEndpoints([job], models);
    return [];
  } catch (error) {
    return [sentenceOf(error)];
  }
}
