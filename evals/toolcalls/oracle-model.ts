import { JobError } from '../../domain/errors.ts';
import { type OracleQuestion, oracleServer } from '../replay/oracle-server.ts';
import { serveProcess } from '../replay/serve-json.ts';
import { readToolcalls } from './data.ts';
import { readEnvironment } from './environment.ts';
import { casesOf } from './replay-case.ts';
import { scriptOf } from './script-of.ts';
import type { Seen } from './seen.ts';

// A model that knows the answers, as a process of its own: case, turn and number of answers decide what it says. `GET /seen` shows
// what it was told about each of its answers.
const environment = readEnvironment(process.env);
// Of cases with one id the first one is played.
const played = casesOf(await readToolcalls(environment.folder), environment).toReversed();
const cases = new Map(played.map((one) => [one.id, one]));
const seen: Seen[] = [];

await serveProcess(
  oracleServer(
    (question) => {
      const { id, turn } = placeOf(question);
      const one = cases.get(id);
      if (one === undefined) throw new JobError('invalid-input', `The oracle knows no case "${id}".`);
      seen.push({ id, turn, answered: question.answered, results: question.results });
      const answer = scriptOf(one, turn, question.tools)[question.answered];
      return answer ?? { text: 'Everything was said.' };
    },
    ({ path }) => (path === '/seen' ? { body: seen } : { status: 404 }),
  ),
);

function placeOf({ given }: OracleQuestion): { id: string; turn: number } {
  const { id = '', turn = '0' } = /^case: (?<id>.+)\nturn: (?<turn>\d+)$/m.exec(given)?.groups ?? {};
  return { id, turn: Number(turn) };
}
