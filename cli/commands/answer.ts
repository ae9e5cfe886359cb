import { randomUUID } from 'node:crypto';
import { Argument, Option, type Command } from 'commander';
import type { Sent } from '../../api/types.ts';
import { JobError } from '../../domain/errors.ts';
import { runIdOf } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { jsonArgument } from '../json-argument.ts';
import { print, printJson } from '../terminal.ts';

const KINDS = ['happened', 'did-not-happen', 'corrected', 'rejected'] as const;
const EXAMPLES = `
  happened         the effect took place; --output gives what the receiver holds
  did-not-happen   it did not; --next repeat sends it again, --next end ends the run
  corrected        --output is what the output should have been; verifiers check it like any other
  rejected         nothing can be made of it; the run ends

  holdfast answer order.Xb2… did-not-happen --next repeat --evidence 'asked the bank on the phone'
  holdfast answer invoice-intake.9Rz… corrected --output booking.json --evidence 'paper, page 2'`;

type Said = Sent<'POST /v1/runs/{runId}/answer'>['body']['answer'];

interface Options {
  readonly evidence: string;
  readonly output?: string;
  readonly next?: 'repeat' | 'end';
  readonly question?: string;
  readonly id?: string;
  readonly json?: true;
}

/** Adds `holdfast answer`: answers what a run asks, with what the answer rests on. */
export function registerAnswer(program: Command): void {
  program
    .command('answer')
    .description('answer what a run asks')
    .argument('<run>', 'its id', runIdOf)
    .addArgument(new Argument('<answer>', 'what you say').choices(KINDS))
    .requiredOption('--evidence <text>', 'what the answer rests on; recorded')
    .option('--output <json>', 'a file of JSON, "-" for standard input, or the JSON itself')
    .addOption(new Option('--next <what>', 'after did-not-happen').choices(['repeat', 'end']))
    .option('--question <name>', 'which question; default the one that is open')
    .option('--id <id>', 'the same id again is the same answer; default a new one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (runId: string, kind: (typeof KINDS)[number], ...[options, command]: [Options, Command]) => {
      const { evidence, question, id = randomUUID(), json } = options;
      const answer = await said(kind, options);
      const client = await clientOf(command);
      const body = { answer, evidence, id, ...(question === undefined ? {} : { question }) };
      const steered = await client.call('POST /v1/runs/{runId}/answer', { path: { runId }, body });
      if (json === true) printJson({ ...steered, id });
      else print(`${steered.runId} is ${steered.status}`);
    });
}

async function said(kind: (typeof KINDS)[number], { output, next }: Options): Promise<Said> {
  if ((next !== undefined) !== (kind === 'did-not-happen'))
    throw new JobError(
      'invalid-input',
      'did-not-happen needs --next repeat or --next end, and no other answer takes it.',
    );
  if (output !== undefined && kind !== 'happened' && kind !== 'corrected')
    throw new JobError('invalid-input', `--output is for happened and corrected, not for ${kind}; leave it out.`);
  const value = output === undefined ? undefined : await jsonArgument(output, '--output');
  if (kind === 'did-not-happen') return { kind, next: next ?? 'end' };
  if (kind === 'rejected') return { kind };
  if (kind === 'happened') return value === undefined ? { kind } : { kind, output: value };
  if (value === undefined)
    throw new JobError('invalid-input', 'corrected needs --output, the output as it should have been.');
  return { kind, output: value };
}
