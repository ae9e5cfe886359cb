import { Command } from 'commander';
import { registerAnswer } from './commands/answer.ts';
import { registerCheckDeploy } from './commands/check-deploy.ts';
import { registerConfig } from './commands/config.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerFork } from './commands/fork.ts';
import { registerInit } from './commands/init.ts';
import { registerJobs } from './commands/jobs.ts';
import { registerLogin } from './commands/login.ts';
import { registerLogout } from './commands/logout.ts';
import { registerQuestion } from './commands/question.ts';
import { registerRun } from './commands/run.ts';
import { registerRuns } from './commands/runs.ts';
import { registerSchedule } from './commands/schedule.ts';
import { registerShow } from './commands/show.ts';
import { registerSignal } from './commands/signal.ts';
import { registerSteering } from './commands/steer.ts';
import { registerToken } from './commands/token.ts';
import { registerUp } from './commands/up.ts';
import { registerWatch } from './commands/watch.ts';
import { registerWhoami } from './commands/whoami.ts';
import { columns } from './terminal.ts';

const WIDTH = 100;

/** The verbs by what they are for, in the order in which help and documentation show them. */
const GROUPS: readonly (readonly [string, readonly ((program: Command) => void)[]])[] = [
  ['Projects', [registerInit, registerUp, registerConfig, registerDoctor, registerCheckDeploy]],
  ['People and tokens', [registerLogin, registerLogout, registerWhoami, registerToken]],
  ['Runs', [registerJobs, registerRun, registerRuns, registerShow, registerWatch, registerFork]],
  ['Steering', [registerSteering, registerSignal, registerQuestion, registerAnswer]],
  ['Planned runs', [registerSchedule]],
];

const EXAMPLES = `
Results go to standard output, all else to standard error; --json gives one JSON object. Exit
codes are those of the table in README.md: 0 all went well, 2 what was handed in is wrong, 3
something is not set up, 5 nothing is there to do it, 23 not logged in, 24 not allowed, 25 the
time is over, 28 a deploy would break runs, 10 to 22 how a run ended.

  holdfast login ada
  holdfast run triage --input message.json --watch
  holdfast runs --status waiting`;

/** The `holdfast` command with all its verbs; errors are thrown, and what is wrong is said by whoever catches them. */
export function createProgram(version: string): Command {
  const program = new Command('holdfast')
    .description('Runs agent jobs you can trust to act.')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show the form')
    .helpCommand('help [verb]', 'show the form of a verb')
    .option('--api <url>', 'the API; default HOLDFAST_API, else where you logged in, else that of this project')
    .option('--tenant <name>', 'the tenant; default the one you logged in to')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {}, getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth })
    .exitOverride()
    .addHelpText('after', EXAMPLES);
  for (const [heading, verbs] of GROUPS) {
    program.commandsGroup(`${heading}:`);
    for (const register of verbs) register(program);
  }
  return program;
}

function helpWidth(): number {
  return columns() ?? WIDTH;
}
