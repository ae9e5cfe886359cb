import { JobError } from '../domain/errors.ts';
import { EVERY_ENDPOINT } from './agent.ts';
import type { Job } from './job.ts';

/**
 * Checks that the endpoints which agents name are configured. A single endpoint answers every name.
 * @throws JobError `invalid-config` for the first name that is not, with the agent and the known names
 */
export function checkEndpoints(jobs: readonly Job[], endpoints: readonly { readonly id: string }[]): void {
  if (endpoints.length <= 1) return;
  const known = endpoints.map(({ id }) => id);
  for (const job of jobs) {
    for (const [agent, { endpoints: named }] of Object.entries(job.agents)) {
      const unknown = named.find((name) => name !== EVERY_ENDPOINT && !known.includes(name));
      if (unknown === undefined) continue;
      throw new JobError(
        'invalid-config',
        `The agent "${agent}" of "${job.name}" names the endpoint "${unknown}", which temporal.yaml does not have ` +
          `(it has: ${known.join(', ')}); name one of these in the agent's \`endpoints\`, or give one that id.`,
      );
    }
  }
}

/**
 * The endpoints that an agent may be answered by, in its order: those it names; all of them, in their own order, where it names none
 * or there is only one. Empty when it names only others.
 */
export function endpointsNamed<Endpoint extends { readonly id: string }>(
  names: readonly string[],
  endpoints: readonly Endpoint[],
): readonly Endpoint[] {
  if (endpoints.length === 1 || names.includes(EVERY_ENDPOINT)) return endpoints;
  return names.flatMap((name) => endpoints.filter(({ id }) => id === name));
}
