import type { Command, CommanderError } from 'commander';
import { nearest } from '../domain/nearest.ts';

const HELP_CODES = ['commander.help', 'commander.helpDisplayed', 'commander.version'];

/** Whether commander only ended because it has shown help or version. */
export function isShown({ code }: CommanderError): boolean {
  return HELP_CODES.includes(code);
}

/** What is wrong with a command line, in one sentence with what was meant and where the form stands. */
export function usageSentence(program: Command, args: readonly string[], error: CommanderError): string {
  const command = commandOf(program, args);
  const [first = ''] = error.message.replace(/^error: /, '').split('\n');
  const what = first
    .replaceAll("'", '"')
    .replace(/\.$/, '')
    .replace('. Allowed choices are', '; it is one of')
    .replace('. Expected', '; expected');
  return `${what.charAt(0).toUpperCase()}${what.slice(1)}; ${adviceFor(command, error)}.`;
}

function adviceFor(command: Command, { code, message }: CommanderError): string {
  const [, word = ''] = /'([^']+)'/.exec(message) ?? [];
  const verbs = command.commands.map((verb) => verb.name());
  const help = `\`${[...pathOf(command), '--help'].join(' ')}\``;
  // Few enough to name them all.
  if (code === 'commander.unknownCommand' && command.parent !== null) return `there are ${verbs.join(', ')}`;
  const known = { 'commander.unknownCommand': verbs, 'commander.unknownOption': optionsOf(command) }[code] ?? [];
  const meant = nearest(word, known);
  return meant === undefined ? `${help} shows the form` : `perhaps "${meant}" is meant`;
}

/** The verb that a command line names, as far as it names one. */
function commandOf(program: Command, args: readonly string[]): Command {
  return args.reduce((command, word) => command.commands.find((verb) => verb.name() === word) ?? command, program);
}

function pathOf(command: Command): readonly string[] {
  return command.parent === null ? [command.name()] : [...pathOf(command.parent), command.name()];
}

function optionsOf(command: Command): readonly string[] {
  const own = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
  return command.parent === null ? own : [...own, ...optionsOf(command.parent)];
}
