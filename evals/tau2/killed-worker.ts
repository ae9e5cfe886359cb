import { DefaultLogger, Runtime } from '@temporalio/worker';
import { readWorkerSettings, startWorker } from 'holdfast/worker';
import { sentenceOf } from '../../domain/errors.ts';
import { silentLogger } from '../../domain/log.ts';
import { dieIfOrdered, KILL_ORDER } from './kill-order.ts';

// The worker process of evaluations with kills: at the moment that it is ordered to, it ends by SIGKILL.
try {
  const settings = readWorkerSettings(process.env);
  const order = process.env[KILL_ORDER] ?? '';
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const worker = await startWorker(settings, {
    logger: silentLogger,
    at: (point, { effect }) => dieIfOrdered(order, point, effect),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => worker.shutdown());
  // As the worker that it stands in for does: else its engine would start another one for the build.
  const build = settings.role === 'calls' ? undefined : settings.version?.build;
  process.stdout.write(`${JSON.stringify({ ready: true, build, healthPort: worker.healthPort })}\n`);
  await worker.ended;
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
