import { JobError, sentenceOf } from '../../domain/errors.ts';
import { createApiClient } from '../api-client.ts';
import { tokenOf } from '../command-context.ts';
import type { FoundApi } from '../find-api.ts';
import { openSessions } from '../sessions.ts';
import { judgeAlarms } from './check-alarms.ts';
import { judgeEndpoints } from './check-endpoints.ts';
import { judgeSystem } from './check-system.ts';
import { type Finding, note, ok, wrong } from './finding.ts';

const TIMEOUT_MS = 5_000;

/** What asking the API came to. */
export interface ApiFindings {
  readonly findings: readonly Finding[];
  /** Whether it told about what is behind it. */
  readonly told: boolean;
}

/** Asks the API how it is, who is logged in, and what is behind it; takes 15 s at most and never fails. */
export async function checkApi({ address, by }: FoundApi, env: NodeJS.ProcessEnv): Promise<ApiFindings> {
  const anybody = createApiClient({ address, timeoutMs: TIMEOUT_MS });
  try {
    const { since } = await anybody.call('GET /healthz');
    const up = ok('api', `${address} (${by}) is up since ${since}`);
    const ready = await checkReady(anybody);
    const asked = await checkBehind(address, env);
    return { findings: [up, ...ready, ...asked.findings], told: asked.told };
  } catch (error) {
    return { findings: [wrong('api', sentenceOf(error), 'Start it, or name the right address.')], told: false };
  }
}

async function checkReady(client: ReturnType<typeof createApiClient>): Promise<readonly Finding[]> {
  try {
    const { ready, reasons } = await client.call('GET /readyz');
    if (ready) return [];
    return reasons.map((reason) => wrong('api', `it is not ready: ${reason}`, 'It works again when that does.'));
  } catch (error) {
    return [wrong('api', `it is not ready: ${sentenceOf(error)}`, 'See api.log in .holdfast/logs.')];
  }
}

async function checkBehind(address: string, env: NodeJS.ProcessEnv): Promise<ApiFindings> {
  const token = tokenOf(env) ?? openSessions(env).of(address)?.token;
  const advice = '`holdfast login NAME` as an operator, auditor or admin; the embedded stack knows ada.';
  if (token === undefined)
    return { findings: [note('login', 'nobody is logged in, so the API tells nothing more', advice)], told: false };
  const client = createApiClient({ address, token, timeoutMs: TIMEOUT_MS });
  try {
    const known = await client.call('GET /v1/whoami');
    const asked = Date.now();
    const system = await client.call('GET /v1/system');
    const middle = (asked + Date.now()) / 2;
    const alarms = await client.call('GET /v1/alarms');
    const login = ok('login', `${known.principal} in the tenant "${known.tenant}", as ${known.roles.join(', ')}`);
    const stuck = judgeAlarms(alarms, Date.parse(system.now));
    return {
      findings: [login, ...judgeSystem(system, middle), ...judgeEndpoints(system.endpoints), ...stuck],
      told: true,
    };
  } catch (error) {
    const refused = error instanceof JobError && ['unauthenticated', 'forbidden'].includes(error.code);
    const sentence = `the API tells nothing more: ${sentenceOf(error)}`;
    return {
      findings: [refused ? note('login', sentence, advice) : wrong('api', sentence, 'See api.log in .holdfast/logs.')],
      told: false,
    };
  }
}
