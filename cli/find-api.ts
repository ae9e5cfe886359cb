import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isHttpAddress } from '../config/http-address.ts';
import { JobError } from '../domain/errors.ts';
import { findProject } from './find-project.ts';
import { openSessions } from './sessions.ts';

const ApiFile = z.object({ address: z.string() });

/** Where a command looks for the API. */
export interface Search {
  /** The value of `--api`. */
  readonly api?: string | undefined;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

/** An API and how it was found. */
export interface FoundApi {
  /** Without a slash at the end. */
  readonly address: string;
  readonly by: '--api' | 'HOLDFAST_API' | 'session' | 'project';
}

/**
 * The API that is meant: that of `--api`, else of `HOLDFAST_API`, else the one that was last logged in to by naming it,
 * else that of the project in this folder or above. `undefined` when nothing names one.
 * @throws JobError `invalid-input` for an address that is none
 */
export function findApi({ api, cwd, env }: Search): FoundApi | undefined {
  if (api !== undefined) return { address: addressOf(api, '--api'), by: '--api' };
  const variable = env['HOLDFAST_API'] ?? '';
  if (variable !== '') return { address: addressOf(variable, 'HOLDFAST_API'), by: 'HOLDFAST_API' };
  const { current } = openSessions(env);
  if (current !== undefined) return { address: current, by: 'session' };
  const address = addressOfProject(cwd, env);
  return address === undefined ? undefined : { address, by: 'project' };
}

/**
 * The API that is meant.
 * @throws JobError `unavailable` when nothing names one
 */
export function apiOf(search: Search): FoundApi {
  const found = findApi(search);
  if (found !== undefined) return found;
  throw new JobError(
    'unavailable',
    'No Holdfast API is known here; start one with `holdfast up` in your project, or name one with --api or HOLDFAST_API.',
  );
}

function addressOfProject(cwd: string, env: NodeJS.ProcessEnv): string | undefined {
  const project = findProject(cwd, env);
  if (project === undefined) return undefined;
  try {
    const { address } = ApiFile.parse(JSON.parse(readFileSync(join(project.home, 'api.json'), 'utf8')));
    return addressOf(address, join(project.home, 'api.json'));
  } catch {
    // Not started yet, or only just being written.
    return undefined;
  }
}

function addressOf(text: string, where: string): string {
  if (isHttpAddress(text)) return text.replace(/\/+$/, '');
  throw new JobError(
    'invalid-input',
    `${where} is "${text}"; it must be an address such as http://127.0.0.1:7233, without a login in it.`,
  );
}
