import type { Command } from 'commander';
import type { Answer } from '../../api/types.ts';
import { JobError } from '../../domain/errors.ts';
import type { ApiClient } from '../api-client.ts';
import { lengthMs } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { exitCodeOf, type Followed, followRun } from '../follow-run.ts';
import { jsonArgument } from '../json-argument.ts';
import { type SeenRun, whereabouts } from '../show-run.ts';
import { print, printJson, say } from '../terminal.ts';
import { printable } from '../printable.ts';

const EXAMPLES = `
The same identity, which the job takes from the input, is the same run: starting it again finds
it, open or ended. With --wait or --watch the exit code tells how the run ended: 0 when it
completed, else that of its code.

  holdfast run triage --input message.json
  holdfast run triage --input '{"id":"m-1","text":"It does not start."}' --wait --timeout 10m
  mail-to-json < mail | holdfast run triage --input - --watch`;

interface Options {
  readonly input: string;
  readonly wait?: true;
  readonly watch?: true;
  readonly timeout?: number;
  readonly json?: true;
}

/** What a run ended with, as JSON shows it. */
type Started = Answer<'POST /v1/runs'>;

/** Adds `holdfast run`: starts a run, and follows it when asked to. */
export function registerRun(program: Command): void {
  program
    .command('run')
    .description('start a run of a job')
    .argument('<job>', 'as `holdfast jobs` lists it')
    .requiredOption(
      '-i, --input <json>',
      'what it works on: a file of JSON, "-" for standard input, or the JSON itself',
    )
    .option('-w, --wait', 'wait until it has ended')
    .option('--watch', 'show what happens until it has ended')
    .option('--timeout <time>', 'wait no longer than this, such as 10m; the run goes on (exit code 25)', lengthMs)
    .option('--json', 'print one JSON object, with the result when it was waited for')
    .addHelpText('after', EXAMPLES)
    .action(start);
}

async function start(job: string, options: Options, command: Command): Promise<void> {
  const { wait = false, watch = false, timeout, json = false } = options;
  if (timeout !== undefined && !wait && !watch)
    throw new JobError('invalid-input', '--timeout is for waiting; add --wait or --watch.');
  const input = await jsonArgument(options.input, '--input');
  const client = await clientOf(command);
  const started = await client.call('POST /v1/runs', { body: { job, input } });
  if (!wait && !watch) {
    if (json) printJson(started);
    else printStarted(started);
    return;
  }
  if (!json) printStarted(started, say);
  const show = watch && !json ? 'people' : 'nothing';
  const followed = await followRun(client, started.runId, { show, timeoutMs: timeout });
  await printEnd(client, started, { followed, json });
  process.exitCode = exitCodeOf(followed);
}

function printStarted({ runId, existing, status }: Started, write: (line: string) => void = print): void {
  write(existing ? `${runId} was started before and is ${status}` : `${runId} is started`);
}

async function printEnd(
  client: ApiClient,
  started: Started,
  { followed, json }: { readonly followed: Followed; readonly json: boolean },
): Promise<void> {
  if ('interrupted' in followed) return;
  const { run } = followed;
  const result = await resultOf(client, run);
  if (json) {
    const { runId, status, end } = run;
    printJson({
      runId,
      existing: started.existing,
      status,
      ...(end === undefined ? {} : { end }),
      ...(result === undefined ? {} : { result: result.result }),
    });
    return;
  }
  if (result === undefined) say(`${run.runId} is ${run.status}: ${printable(whereabouts(run))}`);
  else print(JSON.stringify(result.result, undefined, 2));
}

async function resultOf(client: ApiClient, run: SeenRun): Promise<Answer<'GET /v1/runs/{runId}/result'> | undefined> {
  if (run.status !== 'completed') return undefined;
  return client.call('GET /v1/runs/{runId}/result', { path: { runId: run.runId } });
}
