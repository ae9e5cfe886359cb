import type { Command } from 'commander';
import { lengthMs, runIdOf } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { exitCodeOf, followRun } from '../follow-run.ts';

const EXPLAINED = `
Lost connections and restarts of the API lose nothing and show nothing twice. Ctrl-C ends the
watching, not the run. The exit code tells how the run ended: 0 when it completed, else that of
its code.`;

interface Options {
  readonly timeout?: number;
  readonly json?: true;
}

/** Adds `holdfast watch`: what happens in a run, until it has ended. */
export function registerWatch(program: Command): void {
  program
    .command('watch')
    .description('show what happens in a run until it has ended')
    .argument('<run>', 'its id', runIdOf)
    .option('--timeout <time>', 'watch no longer than this, such as 10m (exit code 25)', lengthMs)
    .option('--json', 'print a line of JSON for each event')
    .addHelpText('after', EXPLAINED)
    .action(async (runId: string, { timeout, json }: Options, command: Command) => {
      const client = await clientOf(command);
      const show = json === true ? 'json' : 'people';
      process.exitCode = exitCodeOf(await followRun(client, runId, { show, timeoutMs: timeout }));
    });
}
