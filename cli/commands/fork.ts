import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Answer, Sent } from '../../api/types.ts';
import { JobError } from '../../domain/errors.ts';
import { runIdOf } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { jsonArgument } from '../json-argument.ts';
import { print, printJson, say } from '../terminal.ts';

const EXAMPLES = `
The fork runs the job's code of today from the top. Steps before --from are answered from the
first run's record, without an effect; signals, answers and sleeps too. The edit is
{"input"?: …, "steps"?: {"<step path>": <output>}}, checked by the job's schemas; decisions that
people made after what it replaces are asked for again. What the fork might do a second time is
named before it starts (exit code 12).

  holdfast fork invoice-intake.9RzP… --from propose
  holdfast fork invoice-intake.9RzP… --from postBooking --edit '{"steps":{"extract":{…}}}'
  holdfast fork order.Xb2… --from wait/release --of-open`;

type Edit = NonNullable<NonNullable<Sent<'POST /v1/runs/{runId}/forks'>['body']>['edit']>;

interface Options {
  readonly from?: string;
  readonly edit?: string;
  readonly id?: string;
  readonly ofOpen?: true;
  readonly despiteCollisions?: true;
  readonly repeatEffects?: true;
  readonly json?: true;
}

/** Adds `holdfast fork`: a new run that begins with another one's record. */
export function registerFork(program: Command): void {
  program
    .command('fork')
    .description("start a new run with what another one's record answers")
    .argument('<run>', 'its id', runIdOf)
    .option('-f, --from <step>', 'the first step that is done anew, by its path; default none, all recorded is kept')
    .option('-e, --edit <json>', 'what of the record is to be otherwise: a file of JSON, "-", or the JSON itself')
    .option('--of-open', 'fork a run that is still open')
    .option('--despite-collisions', 'start although a step may end as a conflict with an earlier run')
    .option('--repeat-effects', 'start although effects without an identity may be made again')
    .option('--id <id>', 'the same id again finds the same fork; default a new one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(fork);
}

async function fork(runId: string, options: Options, command: Command): Promise<void> {
  const { from, edit, id = randomUUID(), json, ofOpen, despiteCollisions, repeatEffects } = options;
  const edited = edit === undefined ? {} : { edit: editOf(await jsonArgument(edit, '--edit')) };
  const client = await clientOf(command);
  const forked = await client.call('POST /v1/runs/{runId}/forks', {
    path: { runId },
    body: {
      id,
      ...(from === undefined ? {} : { from }),
      ...edited,
      ...(ofOpen === undefined ? {} : { ofOpen }),
      ...(despiteCollisions === undefined ? {} : { despiteCollisions }),
      ...(repeatEffects === undefined ? {} : { repeatEffects }),
    },
  });
  if (json === true) printJson({ ...forked, id });
  else printForked(forked);
}

// Whether what is in it fits is the API's to say.
function editOf(value: unknown): Edit {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new JobError(
    'invalid-input',
    '--edit is an object {"input"?: …, "steps"?: {"<step path>": <output>}}; write one.',
  );
}

function printForked({
  runId,
  source,
  from,
  existing,
  status,
  copied,
  again,
}: Answer<'POST /v1/runs/{runId}/forks'>): void {
  const where = from === '' ? '' : ` from ${from}`;
  print(
    existing
      ? `${runId} was forked before and is ${status}`
      : `${runId} is a fork of ${source}${where} (copied calls: ${copied})`,
  );
  if (again.length > 0) say(`made again, since they had not ended then: ${again.join(', ')}`);
}
