import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { JOB_ERRORS, JobError, sentenceOf } from '../domain/errors.ts';
import { packageFile } from '../main/package-file.ts';
import { createProgram } from './program.ts';
import { say } from './terminal.ts';
import { isShown, usageSentence } from './usage-error.ts';

const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };

// Whoever reads the results may have read enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : JOB_ERRORS.internal.exitCode);
});

// Started by scripts/holdfast.js, under Node 24.
const args = process.argv.slice(2);
const program = createProgram(version);
try {
  if (args.length === 0) program.outputHelp();
  else await program.parseAsync(args, { from: 'user' });
} catch (error) {
  process.exitCode = told(error);
}

/** Says what is wrong in one sentence; answers the exit code. */
function told(error: unknown): number {
  if (error instanceof CommanderError) {
    if (isShown(error)) return error.exitCode === 0 ? 0 : JOB_ERRORS['invalid-input'].exitCode;
    say(usageSentence(program, args, error));
    return JOB_ERRORS['invalid-input'].exitCode;
  }
  say(sentenceOf(error));
  return error instanceof JobError ? error.traits.exitCode : JOB_ERRORS.internal.exitCode;
}
