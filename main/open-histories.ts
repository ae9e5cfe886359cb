import type { Client } from '@temporalio/client';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { isNotFound } from './is-not-found.ts';
import type { NamedHistory } from '../workers/builds/replayed-history.ts';

const PAGE = 100;

/**
 * The histories of all open runs of a Task Queue, of every tenant, one at a time and a page of runs at once. One that ends
 * meanwhile is left out.
 * @throws JobError `stack-failed` when Temporal does not answer
 */
export async function* openHistories({ workflow }: Client, taskQueue: string): AsyncGenerator<NamedHistory> {
  const query = `ExecutionStatus = 'Running' and TaskQueue = '${taskQueue.replaceAll("'", "''")}'`;
  try {
    for await (const { workflowId: name, runId } of workflow.list({ query, pageSize: PAGE })) {
      const history = await workflow
        .getHandle(name, runId)
        .fetchHistory()
        .catch((error: unknown) => {
          if (isNotFound(error)) return undefined;
          throw error;
        });
      if (history?.events) yield { name, history };
    }
  } catch (cause) {
    const why = sentenceOf(cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause);
    throw new JobError('stack-failed', `Temporal does not give the open runs of "${taskQueue}": ${why}`, { cause });
  }
}
