import { condition } from '@temporalio/workflow';
import { durationMs, type Duration } from '../domain/duration.ts';
import { currentRun } from './current-run.ts';
import { failRun } from './fail-run.ts';

/** What {@link waitForSignal} takes. */
export interface WaitForSignalOptions {
  /** The name under which the event is delivered. */
  readonly name: string;
  /** One sentence that people read: what is needed, and why. */
  readonly sentence: string;
  /** How long to wait; the run ends `deadline-exceeded` after it. Pauses do not stop this clock. */
  readonly within: Duration;
}

/** An external event as the job sees it. */
export interface DeliveredSignal {
  readonly actor: string;
  readonly payload: unknown;
}

/** Waits for an external event, or takes one that came earlier. A run may wait for days and holds no worker meanwhile. */
export async function waitForSignal(options: WaitForSignalOptions): Promise<DeliveredSignal> {
  const run = currentRun();
  const { name, sentence, within } = options;
  await run.enter(run.path(`wait/${name}`));
  const withinMs = durationMs(within);
  const since = Date.now();
  let signal = run.take(name);
  if (signal === undefined) {
    // Taken in the turn in which it arrives: another wait for the same name must not see it too.
    const taken = (): boolean => (signal = run.take(name)) !== undefined;
    await run.wait({ kind: 'signal', name, since, deadline: since + withinMs, sentence }, () =>
      condition(taken, withinMs),
    );
  }
  if (signal === undefined)
    return failRun('deadline-exceeded', `Nobody delivered "${name}" within ${within}: ${sentence}`);
  run.lastOutcome = `signal ${name}`;
  return { actor: signal.actor, payload: signal.payload };
}
