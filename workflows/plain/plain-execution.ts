import { defaultPayloadConverter, type Headers, workflowInfo } from '@temporalio/workflow';
import { ACTOR_HEADER, LINK_HEADER, type PlainExecution } from '../../domain/plain-execution.ts';
import { failRun } from '../fail-run.ts';

// Every Workflow has module state of its own in the sandbox, so this is of one execution, never of two.
let entered: { readonly link: number; readonly actor: string | undefined } | undefined;

/** Takes what the headers of this execution say. */
export function enterExecution(headers: Headers): void {
  const link = read(headers, LINK_HEADER);
  const actor = read(headers, ACTOR_HEADER);
  entered = {
    link: typeof link === 'number' ? link : 1,
    actor: typeof actor === 'string' && actor !== '' ? actor : undefined,
  };
}

/** The headers that the next execution of the chain is told. */
export function headersOfNext(): Headers {
  const { link, actor } = known();
  return {
    [LINK_HEADER]: defaultPayloadConverter.toPayload(link + 1),
    ...(actor === undefined ? {} : { [ACTOR_HEADER]: defaultPayloadConverter.toPayload(actor) }),
  };
}

/** Who this execution is, and who started it; the same after a reset, and in a retry of the Workflow. */
export function plainExecution(): { readonly execution: PlainExecution; readonly actor?: string } {
  const { link, actor } = known();
  const { firstExecutionRunId: first, originalExecutionRunId, cronSchedule } = workflowInfo();
  return {
    execution: { first, link, ...(cronSchedule === undefined ? {} : { cronRun: originalExecutionRunId }) },
    ...(actor === undefined ? {} : { actor }),
  };
}

function known(): NonNullable<typeof entered> {
  return (
    entered ??
    failRun(
      'invalid-config',
      'This workflow bundle was made without HoldfastPlugin, so that a governed call has no key; add it to `plugins` of `bundleWorkflowCode` too.',
    )
  );
}

function read(headers: Headers, name: string): unknown {
  const payload = headers[name];
  return payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
}
