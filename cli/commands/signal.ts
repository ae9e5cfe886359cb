import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { runIdOf } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { jsonArgument } from '../json-argument.ts';
import { print, printJson } from '../terminal.ts';

const EXAMPLES = `
  holdfast signal invoice-intake.9RzP… release
  holdfast signal order.Xb2… paid --payload '{"amount":"12.50"}' --id payment-4711`;

interface Options {
  readonly payload?: string;
  readonly id?: string;
  readonly json?: true;
}

/** Adds `holdfast signal`: delivers an external event to a run. */
export function registerSignal(program: Command): void {
  program
    .command('signal')
    .description('deliver an external event to a run')
    .argument('<run>', 'its id', runIdOf)
    .argument('<name>', "the signal's name")
    .option('--payload <json>', 'a file of JSON, "-" for standard input, or the JSON itself; at most 8 KiB')
    .option('--id <id>', 'the same id again is the same event; default a new one')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (runId: string, name: string, ...[options, command]: [Options, Command]) => {
      const { payload, id = randomUUID(), json } = options;
      const value = payload === undefined ? {} : { payload: await jsonArgument(payload, '--payload') };
      const client = await clientOf(command);
      const sent = { path: { runId }, body: { name, id, ...value } };
      const taken = await client.call('POST /v1/runs/{runId}/signal', sent);
      if (json === true) printJson({ ...taken, id });
      else print(`${taken.runId} has "${name}"`);
    });
}
