import { JobError } from '../../domain/errors.ts';
import type { Selection } from './replay-case.ts';

/** What every process of the evaluation is told. */
export interface ToolcallsEnvironment extends Selection {
  /** The folder of the data. */
  readonly folder: string;
}

const DATA = 'TOOLCALLS_DATA';
const SEED = 'TOOLCALLS_SEED';
const LIMIT = 'TOOLCALLS_LIMIT';

/** What {@link readEnvironment} reads. */
export function environmentOf({ folder, seed, limit }: ToolcallsEnvironment): Readonly<Record<string, string>> {
  return { [DATA]: folder, [SEED]: String(seed), [LIMIT]: String(limit) };
}

/** @throws JobError `invalid-config` when the process was not started by the evaluation */
export function readEnvironment(env: NodeJS.ProcessEnv): ToolcallsEnvironment {
  const folder = env[DATA];
  if (folder === undefined || folder === '')
    throw new JobError('invalid-config', `${DATA} is not set; \`npm run eval -- toolcalls\` sets it.`);
  return { folder, seed: Number(env[SEED]), limit: Number(env[LIMIT]) };
}
