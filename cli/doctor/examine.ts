import { sentenceOf } from '../../domain/errors.ts';
import { findApi, type FoundApi, type Search } from '../find-api.ts';
import { findProject, type Project } from '../find-project.ts';
import { type ApiFindings, checkApi } from './check-api.ts';
import { checkBuilds } from './check-builds.ts';
import { checkEndpoints } from './check-endpoints.ts';
import { checkDisks, checkNode } from './check-machine.ts';
import { checkConfiguration, checkServers, checkStack } from './check-project.ts';
import { type Finding, note, wrong } from './finding.ts';

/**
 * Looks at everything that a run needs: this machine, the project of the folder, the API and what is behind it. What the
 * API does not tell is looked at from here. Starts and changes nothing.
 */
export async function examine(search: Search): Promise<readonly Finding[]> {
  const project = findProject(search.cwd, search.env);
  const [disks, api, local] = await Promise.all([
    checkDisks(project?.home, search.env),
    apiFindings(search),
    project === undefined ? [] : projectFindings(project, search.env),
  ]);
  // Of what both know, the API is nearer to what runs meet.
  const told = new Set(api.told ? api.findings.map(({ check }) => check) : []);
  const seen = local.filter(({ check, state }) => !told.has(check) || (check === 'endpoints' && state === 'wrong'));
  const nowhere = note('configuration', 'this folder is in no project, so only the API is looked at');
  return [checkNode(), ...disks, ...(project === undefined ? [nowhere] : seen), ...api.findings];
}

async function apiFindings(search: Search): Promise<ApiFindings> {
  let found: FoundApi | undefined;
  try {
    found = findApi(search);
  } catch (error) {
    return { findings: [wrong('api', sentenceOf(error), 'Correct that first.')], told: false };
  }
  if (found !== undefined) return checkApi(found, search.env);
  const fix = 'Start one with `holdfast up` in your project, or name one with --api or HOLDFAST_API.';
  return { findings: [wrong('api', 'no API is known here', fix)], told: false };
}

async function projectFindings({ root, home }: Project, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  // Loads jobs and their libraries, which no other verb needs.
  const { projectState } = await import('../../main/project-state.ts');
  const state = await projectState({ root, home, env });
  return [
    ...checkConfiguration(state, root),
    ...checkStack(state),
    ...checkServers(state),
    ...checkBuilds(state),
    ...(await checkEndpoints(state.models?.endpoints ?? [])),
  ];
}
