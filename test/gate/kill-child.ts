import type { EffectClass } from '../../domain/effects.ts';
import type { RunId, StepPath, Tenant } from '../../domain/ids.ts';
import { silentLogger } from '../../domain/log.ts';
import { type Call, type KillPoint, openGate } from '../../gate/index.ts';
import { digestOf } from '../../domain/digest.ts';

/** What the child is told: one call, and the point at which it kills itself. */
export interface KillChildInput {
  readonly databaseUrl: string;
  readonly address: string;
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly class: EffectClass;
  readonly point: KillPoint;
}

/** The call that the child begins and the test ends. */
export function killedCall(input: KillChildInput): Call {
  return {
    tenant: input.tenant,
    runId: input.runId,
    stepPath: 'post' as StepPath,
    name: 'post_booking',
    toolDigest: digestOf('post_booking 1'),
    effect: 'write',
    class: input.class,
    keyTtlMs: 3_600_000,
    target: { system: 'books' },
    dataClass: 'internal',
    args: { amount: 1 },
    timeoutMs: 10_000,
  };
}

async function beginAndDie(input: KillChildInput): Promise<void> {
  const gate = await openGate({
    databaseUrl: input.databaseUrl,
    label: 'killed',
    systems: { books: { address: input.address } },
    endpoints: {},
    logger: silentLogger,
    at: (point) => {
      if (point === input.point) process.kill(process.pid, 'SIGKILL');
    },
  });
  const send = async ({
    http,
    key,
  }: {
    http: { post(path: string, body: unknown, options: { key: string }): Promise<unknown> };
    key: string;
  }) => {
    await http.post('/bookings', { amount: 1 }, { key });
    return { result: 'booked' };
  };
  await gate.perform(killedCall(input), { send }, { signal: new AbortController().signal });
}

const given = process.env['HOLDFAST_KILL_CHILD'];
if (given !== undefined) await beginAndDie(JSON.parse(given) as KillChildInput);
