import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { packageFile } from '../main/package-file.ts';
import { registerUp } from './commands/up.ts';

const BAD_USAGE = 2;

const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };

// Started by scripts/holdfast.js, which does `init` itself: that works before Node 24 is there.
const program = new Command('holdfast')
  .description('Runs agent jobs you can trust to act.')
  .version(version)
  .addHelpText('after', '\nholdfast init NAME makes a project of your own in a new folder.')
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'holdfast: ')) })
  .exitOverride();
registerUp(program);

try {
  if (process.argv.length === 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // It has said itself what is wrong.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_USAGE;
  process.stderr.write(`holdfast: ${sentenceOf(error)}\n`);
  return error instanceof JobError ? error.traits.exitCode : 1;
}
