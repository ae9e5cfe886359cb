import { writeSync } from 'node:fs';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { callKeyOf } from '../domain/digest.ts';
import { sentenceOf } from '../domain/errors.ts';
import { silentLogger } from '../domain/log.ts';
import type { AtKillPoint } from '../gate/kill-points.ts';
import { watchParent } from '../stack/index.ts';
import { readWorkerSettings, startWorker } from '../workers/index.ts';
import { type CallOfRun, isKillPlace, REHEARSAL_VARIABLE, type RehearsalPlan } from './calls.ts';
import { markedJob } from './marked-job.ts';

// The worker process of rehearsals: before each call it says which one it is, and at its kill places it ends by SIGKILL. It ends
// with the process that started it, at once: nobody waits for its calls any more.
watchParent(() => process.kill(process.pid, 'SIGKILL'));
try {
  const settings = readWorkerSettings(process.env);
  // Both ends are ours, so what arrives has the shape asked for.
  const plan = JSON.parse(process.env[REHEARSAL_VARIABLE] ?? '{}') as RehearsalPlan;
  delete process.env[REHEARSAL_VARIABLE];
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const worker = await startWorker(settings, { logger: silentLogger, at: atPoint(plan), standIn: markedJob });
  process.once('SIGTERM', () => worker.shutdown());
  process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  await worker.ended;
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}

// Not async: where bytes have just left, only what is done in the same turn counts.
function atPoint({ callsAddress, killAt }: RehearsalPlan): AtKillPoint {
  return (point, call) => {
    const place = killAt.find((each) => isKillPlace(each, { step: call.stepPath, point }));
    const announced = point === 'before-claim' ? announce(callsAddress, call) : undefined;
    if (place === undefined) return announced;
    return announced === undefined ? die(place) : announced.then(() => die(place));
  };
}

async function announce(address: string, call: Parameters<AtKillPoint>[1]): Promise<void> {
  const { tenant, stepPath: step, name, effect, class: effectClass, args } = call;
  const body: CallOfRun = { key: callKeyOf(call), tenant, step, name, effect, class: effectClass, args };
  await fetch(address, { method: 'POST', body: JSON.stringify(body) });
}

function die(place: RehearsalPlan['killAt'][number]): void {
  writeSync(1, `${JSON.stringify({ killed: place })}\n`);
  process.kill(process.pid, 'SIGKILL');
}
