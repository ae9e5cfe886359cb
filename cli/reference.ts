import type { Command } from 'commander';

const INTRODUCTION = `# The command line

This page is written by \`npm run docs\` from the commands themselves; a test fails when it is older
than they are.

\`npx holdfast VERB\` speaks to the HTTP API of [api.md](api.md). It finds the API by \`--api\`, else
by \`HOLDFAST_API\`, else it is the one that you last logged in to by naming it, else that of the
project in the current folder or above. Who you are it knows by \`holdfast login\`, or by the token
in \`HOLDFAST_TOKEN\`. Keys and log-ins lie in \`$XDG_CONFIG_HOME/holdfast\`, else
\`~/.config/holdfast\`, and only you can read them.

Results go to standard output, all else to standard error. \`--json\` gives one JSON object and
nothing else, of \`holdfast watch\` one line for each event. An error is one sentence with the fix,
and its code gives the exit code: the table is in [README.md](../README.md#exit-codes).
`;

/** The documentation of a command and all its verbs as Markdown, each as its `--help` shows it. */
export function referenceOf(program: Command): string {
  const sections = [program, ...verbsOf(program)].map((command) => {
    return `## ${pathOf(command)}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

function verbsOf(command: Command): readonly Command[] {
  return command.commands.flatMap((verb) => [verb, ...verbsOf(verb)]);
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function helpOf(command: Command): string {
  let text = '';
  command
    // What is good for every verb is told once.
    .configureHelp({})
    .configureOutput({
      writeOut: (part) => void (text += part),
      getOutHelpWidth: () => 100,
      getOutHasColors: () => false,
    })
    .outputHelp();
  return text.trimEnd();
}
