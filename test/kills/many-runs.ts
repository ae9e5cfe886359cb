import { callKeyOf } from '../../domain/digest.ts';
import type { CallKey, RunId, StepPath } from '../../domain/ids.ts';
import type { ProbeEngine } from '../fixtures/probe-engine.ts';
import { probe } from '../fixtures/probe/job.ts';
import type { Receiver } from '../fixtures/receiver.ts';
import { endOfRun } from './end-of-run.ts';
import { sendsOf } from './observing.ts';

/** Runs that a test starts together. */
export interface RunPlan {
  /** Runs of class A calls. */
  readonly sequences: number;
  /** How many calls each of them makes, one after the other. */
  readonly calls: number;
  /** Runs of one class D call. */
  readonly blinds: number;
}

/** A run that was started, and how its requests name it. */
export interface StartedRun {
  readonly name: string;
  readonly runId: RunId;
  readonly scenario: 'sequence' | 'blind';
}

/** A run and how it ended. */
export interface EndedRun extends StartedRun {
  readonly end: string;
  /** Requests that arrived for it at the receiver. */
  readonly sends: number;
}

/** Starts the runs of a plan at once. */
export async function startRuns(
  { client, tenant }: ProbeEngine,
  name: string,
  plan: RunPlan,
): Promise<readonly StartedRun[]> {
  const { sequences, calls: count, blinds } = plan;
  const scenarios = [...Array<'sequence'>(sequences).fill('sequence'), ...Array<'blind'>(blinds).fill('blind')];
  return Promise.all(
    scenarios.map(async (scenario, index) => {
      const run = `${name}, ${scenario} ${index}`;
      const { runId } = await client.start(probe, { run, scenario, count }, { tenant });
      return { name: run, runId, scenario };
    }),
  );
}

/** Waits until a run has ended, or asks a person. */
export async function endedRun(engine: ProbeEngine, receiver: Receiver, run: StartedRun): Promise<EndedRun> {
  return { ...run, end: await endOfRun(engine, run.runId), sends: sendsOf(receiver, run.name).length };
}

/** The keys of the class A calls of a run, computed here and not by the engine. */
export function keysOf({ tenant }: ProbeEngine, runId: RunId, calls: number): readonly CallKey[] {
  const paths = Array.from({ length: calls }, (_, index) => `stampRepeated${index === 0 ? '' : `#${index + 1}`}`);
  return paths.map((stepPath) => callKeyOf({ tenant, runId, stepPath: stepPath as StepPath }));
}
