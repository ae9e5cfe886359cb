import { JobError, sentenceOf } from '../domain/errors.ts';
import { readApiOptions } from './api/options.ts';
import { runApi } from './api/run-api.ts';
import { readLongRunOptions } from './long-run/options.ts';
import { runLongRun } from './long-run/run-long-run.ts';
import { readLatencyOptions } from './latency/options.ts';
import { runLatency } from './latency/run-latency.ts';
import { readParkedOptions } from './parked/options.ts';
import { runParked } from './parked/run-parked.ts';
import { readRecoveryOptions } from './recovery/options.ts';
import { runRecovery } from './recovery/run-recovery.ts';
import { runRehearse } from './rehearse/run-rehearse.ts';
import { readStepsOptions } from './steps/options.ts';
import { runSteps } from './steps/run-steps.ts';

const BENCHMARKS = 'steps · long-run · latency · recovery · parked · api · rehearse';

// `npm run bench -- <benchmark> [options]`: figures on standard output, progress and what is wrong on standard error.
try {
  const [name = '', ...args] = process.argv.slice(2);
  process.exitCode = await bench(name, args);
} catch (error) {
  process.stderr.write(`bench: ${sentenceOf(error)}\n`);
  process.exitCode = error instanceof JobError ? error.traits.exitCode : 1;
}

async function bench(name: string, args: readonly string[]): Promise<number> {
  if (name === 'steps') return runSteps(readStepsOptions(args));
  if (name === 'long-run') return runLongRun(readLongRunOptions(args));
  if (name === 'latency') return runLatency(readLatencyOptions(args));
  if (name === 'parked') return runParked(readParkedOptions(args));
  if (name === 'recovery') return runRecovery(readRecoveryOptions(args));
  if (name === 'api') return runApi(readApiOptions(args));
  if (name === 'rehearse') return runRehearse(args);
  const what = name === '' ? 'Name a benchmark' : `There is no benchmark "${name}"; name one`;
  throw new JobError('invalid-input', `${what}: npm run bench -- ${BENCHMARKS}.`);
}
