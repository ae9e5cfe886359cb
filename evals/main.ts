import { JobError, sentenceOf } from '../domain/errors.ts';
import { readInvoicesOptions } from './invoices/options.ts';
import { runInvoices } from './invoices/run-invoices.ts';
import { readToolcallsOptions } from './toolcalls/options.ts';
import { runToolcalls } from './toolcalls/run-toolcalls.ts';
import { readTau2Options } from './tau2/options.ts';
import { runTau2 } from './tau2/run-tau2.ts';

const SUITES = 'invoices · tau2 · toolcalls';

// `npm run eval -- <suite> [options]`: figures on standard output, progress and what is wrong on standard error.
try {
  const [name = '', ...args] = process.argv.slice(2);
  process.exitCode = await evaluate(name, args);
} catch (error) {
  process.stderr.write(`eval: ${sentenceOf(error)}\n`);
  process.exitCode = error instanceof JobError ? error.traits.exitCode : 1;
}

async function evaluate(name: string, args: readonly string[]): Promise<number> {
  if (name === 'invoices') return runInvoices(readInvoicesOptions(args));
  if (name === 'toolcalls') return runToolcalls(readToolcallsOptions(args));
  if (name === 'tau2') return runTau2(readTau2Options(args, process.env));
  const what = name === '' ? 'Name an evaluation' : `There is no evaluation "${name}"; name one`;
  throw new JobError('invalid-input', `${what}: npm run eval -- ${SUITES}.`);
}
