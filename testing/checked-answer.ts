import { JobError, sentenceOf } from '../domain/errors.ts';
import type { ReceiverAnswer } from './options.ts';

/**
 * What a test's receiver answered, once it is known that it can be sent.
 * @throws JobError `invalid-input` when it has no status from 200 to 599, or holds what is no JSON
 */
export function checkedAnswer(system: string, answer: ReceiverAnswer): ReceiverAnswer {
  const { status, json } = answer;
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw refused(system, `has ${status === undefined ? 'no status' : `the status ${String(status)}`}`);
  if (json !== undefined && !isJson(system, json)) throw refused(system, `holds a ${typeof json}, which is no JSON`);
  return answer;
}

function isJson(system: string, json: unknown): boolean {
  try {
    return JSON.stringify(json) !== undefined;
  } catch (error) {
    const [why] = sentenceOf(error).split('\n');
    throw refused(system, `cannot be written as JSON (${why})`);
  }
}

function refused(system: string, what: string): JobError {
  return new JobError(
    'invalid-input',
    `What the receiver of "${system}" answered ${what}; answer { status, json } with a status from 200 to 599, or undefined to leave the request to the fake receiver.`,
  );
}
