import { JobError, sentenceOf } from '../domain/errors.ts';
import { type AskedTurn, MODEL_FAILURES, type ScriptedTurn } from './script.ts';

const KINDS = ['submit', 'call', 'calls', 'say', 'refuse', 'fail'];

/**
 * What a script says at a turn, once it is known that a model can say it.
 * @throws JobError `invalid-input` when it is no turn, such as the promise of one
 */
export function checkedTurn({ agent, turn }: AskedTurn, said: unknown): ScriptedTurn {
  const what = flawOf(said);
  // What was looked at is what the type says.
  if (what === undefined) return said as ScriptedTurn;
  throw new JobError(
    'invalid-input',
    `The script of the agent "${agent}" gives ${what} at turn ${turn}; a turn is one of { submit }, { call, with }, { calls: [...] }, { say }, { refuse } and { fail: ${Object.keys(MODEL_FAILURES).join(' | ')} }, as JSON and at once.`,
  );
}

function flawOf(said: unknown): string | undefined {
  if (said instanceof Promise) return 'a promise';
  if (typeof said !== 'object' || said === null) return said === null ? 'null' : `a ${typeof said}`;
  if (!KINDS.some((kind) => kind in said)) return `an object of none of its kinds (${Object.keys(said).join(', ')})`;
  if ('calls' in said && !Array.isArray(said.calls)) return '`calls` that are no list';
  if ('fail' in said && !Object.hasOwn(MODEL_FAILURES, String(said.fail)))
    return `the failure "${String(said.fail)}", which there is not,`;
  return unwritable(said);
}

function unwritable(said: object): string | undefined {
  try {
    JSON.stringify(said);
    return undefined;
  } catch (error) {
    return `what cannot be written as JSON (${sentenceOf(error).split('\n')[0]})`;
  }
}
