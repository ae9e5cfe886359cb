import type { Command } from 'commander';
import { JobError } from '../../domain/errors.ts';

/** Adds `holdfast init` to the help; the `holdfast` command does it itself, before Node 24 is there. */
export function registerInit(program: Command): void {
  program
    .command('init')
    .description('make a project of your own in a new folder')
    .argument('<name>', 'the folder to make')
    .addHelpText('after', '\n  npx holdfast init my-project')
    .action((name: string) => {
      throw new JobError('invalid-input', `The CLI makes no projects; run \`npx holdfast init ${name}\`.`);
    });
}
