import { CancellationScope, condition } from '@temporalio/workflow';
import { durationMs, type Duration } from '../domain/duration.ts';
import { currentRun } from './current-run.ts';
import { failRun } from './fail-run.ts';
import { reminding } from './reminding.ts';

/** What {@link waitForSignal} takes. */
export interface WaitForSignalOptions {
  /** The name under which the event is delivered. */
  readonly name: string;
  /** One sentence that people read: what is needed, and why. */
  readonly sentence: string;
  /** How long to wait; the run ends `deadline-exceeded` after it. Pauses do not stop this clock. */
  readonly within: Duration;
  /** How often people are reminded while it waits; default never. */
  readonly remindEvery?: Duration;
  /** What a reminder does besides showing in the run's view, such as a step that sends a message; `count` counts from 1. */
  readonly remind?: (count: number) => Promise<unknown>;
}

/** An external event as the job sees it. */
export interface DeliveredSignal {
  readonly actor: string;
  readonly payload: unknown;
}

// What a reminder has under way when the wait is over gets this long to end by itself.
const GRACE_MS = 5_000;

/** Waits for an external event, or takes one that came earlier. A run may wait for days and holds no worker meanwhile. */
export async function waitForSignal(options: WaitForSignalOptions): Promise<DeliveredSignal> {
  const run = currentRun();
  const { name, sentence, within, remindEvery, remind } = options;
  await run.enter(run.path(`wait/${name}`));
  const withinMs = durationMs(within);
  const everyMs = remindEvery === undefined ? undefined : durationMs(remindEvery);
  const since = Date.now();
  const deadline = since + withinMs;
  let signal = run.inbox.take(name);
  if (signal === undefined) {
    // Taken in the turn in which it arrives: another wait for the same name must not see it too.
    const taken = (): boolean => signal !== undefined || (signal = run.inbox.take(name)) !== undefined;
    await run.wait({ kind: 'signal', name, since, deadline, sentence }, (show) => {
      const reminded = async (count: number): Promise<void> => {
        await show(count);
        if (remind !== undefined) await beside(() => remind(count), { taken, deadline });
      };
      const reminders = { remind: reminded, mayRemind: () => run.hasRoom, everyMs, deadline };
      return reminding(reminders, (ms) => condition(taken, ms));
    });
  }
  if (signal === undefined)
    return failRun('deadline-exceeded', `Nobody delivered "${name}" within ${within}: ${sentence}`);
  run.lastOutcome = `signal ${name}`;
  return { actor: signal.actor, payload: signal.payload };
}

/** Reminds while the wait goes on: a system that is down holds up the reminder and not what people decided, nor the deadline. */
async function beside(
  work: () => Promise<unknown>,
  wait: { readonly taken: () => boolean; readonly deadline: number },
): Promise<void> {
  const scope = new CancellationScope();
  const end: { at?: 'done' | 'failed'; error?: unknown } = {};
  const ended = (): boolean => end.at !== undefined;
  const worked = scope.run(work).then(
    () => {
      end.at = 'done';
    },
    (error: unknown) => {
      end.at = 'failed';
      end.error = error;
    },
  );
  await condition(() => ended() || wait.taken(), Math.max(1, wait.deadline - Date.now()));
  if (ended()) {
    if (end.at === 'failed') throw end.error;
    return;
  }
  if (!(await condition(ended, GRACE_MS))) scope.cancel();
  await worked;
}
