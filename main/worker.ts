import { DefaultLogger, Runtime } from '@temporalio/worker';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { processLogger } from '../workers/process-logger.ts';
import { readWorkerSettings } from '../workers/settings.ts';
import { startWorker } from '../workers/worker.ts';

// One worker process: settings from its environment, one line on standard output when it polls, SIGTERM drains it.
try {
  const settings = readWorkerSettings(process.env);
  Runtime.install({ logger: new DefaultLogger(settings.verbose ? 'INFO' : 'ERROR') });
  const worker = await startWorker(settings, { logger: processLogger(settings.name, settings.verbose) });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => worker.shutdown());
  const { role, taskQueue } = settings;
  // By its build the start that keeps it sees whether a later one has replaced it.
  const build = role === 'calls' ? undefined : settings.version?.build;
  process.stdout.write(`${JSON.stringify({ ready: true, role, taskQueue, build, healthPort: worker.healthPort })}\n`);
  await worker.ended;
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = error instanceof JobError ? error.traits.exitCode : 1;
}
