import { WorkflowFailedError } from '@temporalio/client';
import { sentenceOf } from '../../domain/errors.ts';
import type { ClientParts } from '../client.ts';

const TIMEOUT_MS = 3_000;

/** Why an occurrence could start no run, in one sentence; `undefined` when it is still at it, could, or is forgotten. */
export async function whyNotStarted(parts: ClientParts, workflowId: string): Promise<string | undefined> {
  const handle = parts.workflows.workflow.getHandle(workflowId);
  try {
    return await parts.workflows.withDeadline(Date.now() + TIMEOUT_MS, async () => {
      const { status } = await handle.describe();
      return status.name === 'FAILED' ? await failureOf(handle.result()) : undefined;
    });
  } catch {
    // It only adds to what is shown.
    return undefined;
  }
}

async function failureOf(result: Promise<unknown>): Promise<string | undefined> {
  try {
    await result;
    return undefined;
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    return sentenceOf(rootOf(error));
  }
}

function rootOf(error: Error): Error {
  return error.cause instanceof Error ? rootOf(error.cause) : error;
}
