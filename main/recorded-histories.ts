import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { NamedHistory } from '../workers/builds/replayed-history.ts';

/**
 * The histories that a folder holds, one JSON file each as `temporal workflow show --output json` prints them, by name. Named by
 * their files.
 * @throws JobError `invalid-input` for a folder that is not there, and for a file that holds no history
 */
export async function* recordedHistories(folder: string): AsyncGenerator<NamedHistory> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new JobError('invalid-input', `There is no folder ${folder} with recorded histories; name another one.`, {
      cause,
    });
  });
  for (const name of names.filter((each) => each.endsWith('.json')).toSorted()) {
    yield { name, history: await read(join(folder, name)) };
  }
}

async function read(path: string): Promise<NamedHistory['history']> {
  try {
    const history = historyFromJSON(JSON.parse(await readFile(path, 'utf8')));
    if (history.events?.[0]?.workflowExecutionStartedEventAttributes) return history;
  } catch (cause) {
    throw notRead(path, sentenceOf(cause), cause);
  }
  throw notRead(path, 'its first event does not start a workflow');
}

function notRead(path: string, why: string, cause?: unknown): JobError {
  return new JobError(
    'invalid-input',
    `${path} holds no history (${why}); record it with \`holdfast check-deploy --record RUN\`, or move it away.`,
    { cause },
  );
}
