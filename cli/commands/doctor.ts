import type { Command } from 'commander';
import { JOB_ERRORS } from '../../domain/errors.ts';
import { contextOf } from '../command-context.ts';
import { examine } from '../doctor/examine.ts';
import type { Finding } from '../doctor/finding.ts';
import { printable } from '../printable.ts';
import { print, printJson, styled } from '../terminal.ts';

const MARKS = {
  ok: { mark: 'ok', style: 'green' },
  note: { mark: 'note', style: 'yellow' },
  wrong: { mark: 'WRONG', style: 'red' },
} as const;
const MARK_WIDTH = 6;
const CHECK_WIDTH = 15;

const EXPLAINED = `
Looks at Node, free space, the configuration, the embedded stack and its ports, PostgreSQL,
Temporal, the workers of each Task Queue, the builds that open runs need, the model endpoints, the
clocks, and what is stuck. It starts and changes nothing, and works when the API is down. The exit
code is 0 when nothing is wrong, else 3.`;

/** Adds `holdfast doctor`: what does not work, and what mends it. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('find out what does not work, and what mends it')
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXPLAINED)
    .action(async ({ json }: { json?: true }, command: Command) => {
      const { options, cwd, env } = contextOf(command);
      const findings = await examine({ api: options.api, cwd, env });
      const healthy = !findings.some(({ state }) => state === 'wrong');
      if (json === true) printJson({ ok: healthy, findings });
      else print(findings.map(lineOf).join('\n'));
      process.exitCode = healthy ? 0 : JOB_ERRORS['stack-failed'].exitCode;
    });
}

function lineOf({ check, state, sentence, fix }: Finding): string {
  const { mark, style } = MARKS[state];
  const line = `${styled(style, mark.padEnd(MARK_WIDTH))}${check.padEnd(CHECK_WIDTH)}${printable(sentence)}`;
  return fix === undefined ? line : `${line}\n${' '.repeat(MARK_WIDTH + CHECK_WIDTH)}→ ${fix}`;
}
