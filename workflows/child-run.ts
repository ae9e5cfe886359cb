import { CancellationScope, ChildWorkflowFailure, isCancellation, startChild } from '@temporalio/workflow';
import { isJobErrorCode } from '../domain/errors.ts';
import type { BlobRef, RunId, StepPath } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Ref } from '../domain/ref.ts';
import type { ChildStanding, EnteredChild } from '../activities/types.ts';
import type { GivenOf, InputOf, Job, OutputOf } from '../jobs/job.ts';
import { type BoundRef, makeRef, stepInput } from './bound-ref.ts';
import { currentRun } from './current-run.ts';
import { endOf, failRun } from './fail-run.ts';
import { SEARCH_ATTRIBUTES } from './messages.ts';
import { nextPause } from './pauses.ts';
import type { RunState } from './run-state.ts';
import { tried } from './try-step.ts';

/** A run of another job, as {@link childRun} takes its input and gives its output. */
export interface ChildRun {
  <J extends Job>(job: J['name'], input: InputOf<J> | Ref<InputOf<J> | GivenOf<J>, unknown>): Promise<Ref<OutputOf<J>>>;
  /** What the run came to, as a value: one that ended otherwise than by completing is `rejected`, or the outcome of its code's name. */
  try<J extends Job>(
    job: J['name'],
    input: InputOf<J> | Ref<InputOf<J> | GivenOf<J>, unknown>,
  ): Promise<Outcome<Ref<OutputOf<J>>>>;
}

const TIMEOUT_MS = 30_000;
// How long a run that somebody else started is left alone between two looks.
const FIRST_LOOK_MS = 1_000;

/**
 * Runs another job of the project, by its name, as a run of its own: with its own row, identity, bounds and questions. The identity's
 * run is joined when it is there, open or ended. Pause, resume and cancel reach a run that was started so, and it does not outlive
 * the run that started it; one that was joined is left alone. One that ends otherwise than by completing ends this run with its
 * code, and with a sentence that names it.
 */
export const childRun: ChildRun = Object.assign(
  <J extends Job>(job: J['name'], input: unknown) => place(job, input) as unknown as Promise<Ref<OutputOf<J>>>,
  {
    try: <J extends Job>(job: J['name'], input: unknown) =>
      tried(async () => ({ kind: 'committed', value: await place(job, input) })) as unknown as Promise<
        Outcome<Ref<OutputOf<J>>>
      >,
  },
);

async function place(job: string, input: unknown): Promise<BoundRef> {
  const run = currentRun();
  const done = perform(run, job, input);
  run.underWay.begun(done);
  return makeRef({ ref: await done, facts: {} });
}

async function perform(run: RunState, job: string, given: unknown): Promise<BlobRef> {
  const path = run.path(`child/${job}`);
  const input = stepInput(path, given);
  await run.enter(path);
  const { tenant, definition } = run.start;
  const entered = await run
    .call(path, `run of ${job}`, { timeoutMs: TIMEOUT_MS })
    .enterChild({ tenant, definition, job, input });
  const started = entered.kind === 'entered' ? await start(run, { job, path, entered }) : undefined;
  if (started === undefined) return joined(run, { job, path, runId: entered.runId });
  try {
    const { ref } = (await started.result()) as { ref: BlobRef };
    run.lastOutcome = 'committed';
    return ref;
  } catch (error) {
    return endedOtherwise(error, { job, runId: entered.runId });
  } finally {
    run.closed(path);
  }
}

type EndedChild = Exclude<ChildStanding, { kind: 'open' }>;

interface Child {
  readonly job: string;
  readonly path: StepPath;
  readonly runId: RunId;
}

/** Starts it; `undefined` when another start came first. */
async function start(
  run: RunState,
  { job, path, entered }: Omit<Child, 'runId'> & { readonly entered: Extract<EnteredChild, { kind: 'entered' }> },
): Promise<Awaited<ReturnType<typeof startChild>> | undefined> {
  const { tenant, calls } = run.start;
  run.parts.open(path, 'run', false);
  try {
    const handle = await startChild(entered.workflow, {
      workflowId: entered.runId,
      args: [{ ...entered.start, ...(calls === undefined ? {} : { calls }) }],
      workflowTaskTimeout: '3s',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      // It writes its own end, also when this run is terminated.
      parentClosePolicy: 'REQUEST_CANCEL',
      searchAttributes: {
        [SEARCH_ATTRIBUTES.job]: [job],
        [SEARCH_ATTRIBUTES.status]: ['running'],
        [SEARCH_ATTRIBUTES.tenant]: [tenant],
      },
    });
    run.parts.started(path, handle, run.paused);
    return handle;
  } catch (error) {
    run.closed(path);
    if (error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError') return undefined;
    throw error;
  }
}

/** Waits durably for the end of a run that somebody else started. */
async function joined(run: RunState, child: Child): Promise<BlobRef> {
  const { job, path, runId } = child;
  const { tenant } = run.start;
  const look = (): Promise<ChildStanding> =>
    run.call(run.path(`${path}/look`), `look at ${job}`, { timeoutMs: TIMEOUT_MS }).lookAtChild({ tenant, runId });
  const first = await look();
  const end = first.kind === 'open' ? await endOfOpen(run, child, look) : first;
  if (end.kind === 'ended') return failAs(child, end);
  run.lastOutcome = 'committed';
  return end.result;
}

function endOfOpen(run: RunState, { path, runId }: Child, look: () => Promise<ChildStanding>): Promise<EndedChild> {
  const sentence = `The run ${runId}, which has the same identity, must end first; look at it with its id.`;
  const since = Date.now();
  return run.wait({ kind: 'unavailable', name: path, since, sentence }, async () => {
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = nextPause(waitMs, Date.now() - since)) {
      await run.nap(waitMs);
      await run.enter(path);
      const now = await look();
      if (now.kind !== 'open') return now;
    }
  });
}

function endedOtherwise(error: unknown, child: Omit<Child, 'path'>): never {
  // Whoever cancelled this run cancelled that one by it.
  if (CancellationScope.current().consideredCancelled || !(error instanceof ChildWorkflowFailure)) throw error;
  if (isCancellation(error)) return failAs(child, { code: 'cancelled', sentence: 'It was cancelled.' });
  const end = endOf(error, false);
  if (end === undefined) throw error;
  return failAs(child, end);
}

function failAs(
  { job, runId }: Omit<Child, 'path'>,
  { code, sentence }: { readonly code: string; readonly sentence: string },
): never {
  return failRun(isJobErrorCode(code) ? code : 'internal', `The run ${runId} of "${job}" ended ${code}: ${sentence}`);
}
