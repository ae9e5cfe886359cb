import type { ProjectState } from '../../main/project-state.ts';
import { sentenceOf } from '../../domain/errors.ts';
import type { SystemState } from './check-system.ts';
import { type Finding, note, ok, wrong } from './finding.ts';

const TIMEOUT_MS = 3_000;
const SIMULATED = note(
  'endpoints',
  'a SIMULATED model answers',
  'Set OPENAI_API_KEY or OPENAI_BASE_URL, or name endpoints in temporal.yaml, for a real one.',
);

type Model = NonNullable<ProjectState['models']>['endpoints'][number];

/** Asks each configured model endpoint whether it is there, without a credential. */
export function checkEndpoints(models: readonly Model[]): Promise<readonly Finding[]> {
  return Promise.all(models.map(checkEndpoint));
}

async function checkEndpoint({ id, address, model }: Model): Promise<Finding> {
  if (model.startsWith('SIMULATED')) return SIMULATED;
  try {
    // Any answer will do: without a credential it may be a refusal.
    const { status } = await fetch(`${address.replace(/\/+$/, '')}/models`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'manual',
    });
    return ok('endpoints', `"${id}" (${model}) answers at ${address} (status ${status})`);
  } catch (error) {
    const why = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
    return wrong(
      'endpoints',
      `"${id}" (${model}) does not answer at ${address}: ${sentenceOf(why)}`,
      'Start it, or correct its address in temporal.yaml or OPENAI_BASE_URL; runs wait for it meanwhile.',
    );
  }
}

/** Judges the endpoints as the API knows them. */
export function judgeEndpoints(endpoints: SystemState['endpoints']): readonly Finding[] {
  return endpoints.map(({ id, model, simulated, coolingUntil }) => {
    if (coolingUntil !== undefined)
      return note('endpoints', `"${id}" (${model}) is not asked until ${coolingUntil}`, 'It is asked again by itself.');
    return simulated ? SIMULATED : ok('endpoints', `"${id}" (${model}) is in use`);
  });
}
