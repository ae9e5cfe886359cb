import { waitForSignal, workflow } from 'holdfast/workflow';
import type { ReplayJob } from './replay-job.ts';

/** The signal by which a person lets a task begin that is held. */
export const GO = 'go';

/** One agent. */
export const replayWorkflow = workflow<ReplayJob>(async ({ agent }, given) => agent(given));

/** The same after a person's word. */
export const heldReplayWorkflow = workflow<ReplayJob>(async ({ agent }, given) => {
  await waitForSignal({ name: GO, within: '1 hour', sentence: 'A person has to say that this task may begin.' });
  return agent(given);
});
