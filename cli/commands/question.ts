import type { Command } from 'commander';
import type { Answer } from '../../api/types.ts';
import { runIdOf } from '../argument.ts';
import { clientOf } from '../command-context.ts';
import { shownTime } from '../shown-time.ts';
import { pairsOf } from '../table.ts';
import { print, printJson, say } from '../terminal.ts';
import { printable } from '../printable.ts';

type Question = NonNullable<Answer<'GET /v1/runs/{runId}/question'>['question']>;

/** Adds `holdfast question`: what a run asks a person. */
export function registerQuestion(program: Command): void {
  program
    .command('question')
    .description('show what a run asks a person')
    .argument('<run>', 'its id', runIdOf)
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\n`holdfast answer --help` tells how to answer.')
    .action(async (runId: string, { json }: { json?: true }, command: Command) => {
      const client = await clientOf(command);
      const { question } = await client.call('GET /v1/runs/{runId}/question', { path: { runId } });
      if (json === true) printJson({ question });
      else if (question === null) say(`${runId} asks nothing`);
      else print(cardOf(question));
    });
}

function cardOf(question: Question): string {
  const { call, findings, source, artefact } = question;
  const parts = [
    pairsOf([
      ['question', question.name],
      ['asks', question.sentence],
      ['since', shownTime(question.since)],
      ['until', question.deadline === undefined ? undefined : shownTime(question.deadline)],
      ['answers', question.answers.join(', ')],
      ['call', call === undefined ? undefined : `${call.name}${call.system === '' ? '' : ` to ${call.system}`}`],
      ['sent', call?.sentAt === undefined ? undefined : shownTime(call.sentAt)],
      ['known', call?.sentence],
    ]),
    ...(call === undefined ? [] : [block('arguments', call.arguments)]),
    ...findings.map((finding) => block('finding', finding)),
    ...(source === undefined ? [] : [block('source', source)]),
    ...(artefact === undefined ? [] : [block('what was made', artefact)]),
  ];
  return parts.join('\n\n');
}

function block(title: string, value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  const lines = text.split('\n').map((line) => `  ${line.slice(0, line.search(/\S|$/))}${printable(line.trimStart())}`);
  return `${title}\n${lines.join('\n')}`;
}
