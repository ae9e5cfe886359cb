import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { JobError } from '../../domain/errors.ts';
import { findProject } from '../find-project.ts';
import { print, say } from '../terminal.ts';

interface Options {
  readonly schema?: true;
  readonly json?: true;
}

/** Adds `holdfast config check`: what temporal.yaml and the environment come to. */
export function registerConfig(program: Command): void {
  const config = program.command('config').description('look at the configuration').helpCommand(false);
  config
    .command('check')
    .description(
      'show every value with where it is from, the models that would answer, and what is wrong; starts nothing',
    )
    .argument('[folder]', 'the folder of temporal.yaml; default the project that this folder is in')
    .option('--schema', 'write temporal.schema.json there, by which editors check temporal.yaml')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nThe exit code is 0 when all is well, else 3.')
    .action(async (named: string | undefined, { schema, json }: Options) => {
      const cwd = process.cwd();
      const folder = named === undefined ? (findProject(cwd, process.env)?.root ?? cwd) : resolve(named);
      if (named !== undefined && !existsSync(folder))
        throw new JobError('invalid-input', `There is no folder ${named}; name the folder of temporal.yaml.`);
      // Loads jobs and their libraries, which no other verb needs.
      const { checkConfig, writeConfigSchema } = await import('../../main/check-config.ts');
      if (schema === true) {
        say(`wrote ${writeConfigSchema(folder)}`);
        return;
      }
      const { text, exitCode } = await checkConfig({ folder, env: process.env, json: json === true });
      print(text);
      process.exitCode = exitCode;
    });
}
