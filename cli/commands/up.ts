import type { Command } from 'commander';

const EXPLAINED = `
Sets up what is missing, brings up what temporal.yaml of this folder names no server for
(PostgreSQL, the Temporal server), starts the workers of its jobs, and serves until Ctrl-C. Data,
logs and secrets lie in .holdfast/, or in the folder that HOLDFAST_HOME names.`;

interface Options {
  readonly service?: readonly string[];
  readonly run?: readonly string[];
  readonly verbose: boolean;
}

/** Adds `holdfast up`: everything for the project of the current folder. */
export function registerUp(program: Command): void {
  program
    .command('up')
    .description('bring up everything for the project in this folder')
    .option('--service <NAME=FILE>', 'run a file of yours as the system NAME that tools speak to; repeatable', collect)
    .option('--run <JOB=FILE>', 'when all is up, run JOB on the JSON file and say how it ends; repeatable', collect)
    .option('--verbose', "show the workers' logs", false)
    .addHelpText('after', EXPLAINED)
    .action(async ({ service = [], run = [], verbose }: Options) => {
      // Loads the engine, which no other verb needs.
      const { up } = await import('../../main/up.ts');
      process.exitCode = await up({ folder: process.cwd(), env: process.env, services: service, runs: run, verbose });
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
