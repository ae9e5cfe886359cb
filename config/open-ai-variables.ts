import { JobError } from '../domain/errors.ts';
import type { OpenAiVariables } from './config.ts';
import { variableOf, type Environment } from './environment.ts';
import { isHttpAddress } from './http-address.ts';

/**
 * What the variables of the `openai` package say.
 * @throws JobError `invalid-config` for an `OPENAI_BASE_URL` that is no http(s) address, or has a login in it
 */
export function openAiVariables(env: Environment): OpenAiVariables {
  const apiKey = variableOf(env, 'OPENAI_API_KEY');
  const address = variableOf(env, 'OPENAI_BASE_URL');
  const model = variableOf(env, 'OPENAI_MODEL');
  if (address !== undefined && !isHttpAddress(address)) {
    throw new JobError(
      'invalid-config',
      'OPENAI_BASE_URL must be an address such as https://api.openai.com/v1, without a login in it.',
    );
  }
  return {
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(address === undefined ? {} : { address }),
    ...(model === undefined ? {} : { model }),
  };
}
