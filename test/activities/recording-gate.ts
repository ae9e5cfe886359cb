import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { chatCompletions } from '../../activities/index.ts';
import type { ActivityDependencies } from '../../activities/dependencies.ts';
import { jsonBlob } from '../../activities/transcript.ts';
import { TranscriptMemory } from '../../activities/transcript-memory.ts';
import type { Json } from '../../domain/canonical.ts';
import { JobError } from '../../domain/errors.ts';
import type { BlobRef, Tenant } from '../../domain/ids.ts';
import { silentLogger } from '../../domain/log.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Adapter, Call, Gate, PlacedMessage } from '../../gate/index.ts';
import { pinDefinition } from '../../jobs/definition.ts';
import type { Job } from '../../jobs/job.ts';
import { createRegistry } from '../../jobs/registry.ts';

/** The tenant of every call in the tests of Activities. */
export const TENANT = 'default' as Tenant;

/** How a test's gate answers a call. */
export type Answer = (call: Call, adapter: Adapter) => Promise<Outcome<Json>> | Outcome<Json>;

/** A gate that performs nothing: it notes what is asked of it, and keeps blobs in memory. */
export interface RecordingGate extends Gate {
  readonly performed: Call[];
  readonly appended: PlacedMessage[];
  /** Stores a JSON value. */
  keep(value: unknown): BlobRef;
  answer(next: Answer): void;
}

const RUNS: Gate['runs'] = {
  enter: async () => {
    throw new JobError('internal', 'Runs of jobs are entered by their client.');
  },
  find: async () => undefined,
  noteStatus: async () => true,
  close: async () => true,
};

const LEFTOVERS: Gate['leftovers'] = {
  take: async () => [],
  settle: async () => false,
  looseAnswers: async () => [],
  closeAnswer: async () => undefined,
};

/** Makes a gate that answers everything as committed with no result, unless it is told otherwise. */
export function recordingGate(): RecordingGate {
  const blobs = new Map<BlobRef, Uint8Array>();
  const performed: Call[] = [];
  const appended: PlacedMessage[] = [];
  let answer: Answer = () => ({ kind: 'committed', value: null });
  return {
    leftovers: LEFTOVERS,
    inquire: async () => ({ kind: 'nothing' }),
    performed,
    appended,
    keep: (value) => {
      const { ref, bytes } = jsonBlob(value);
      blobs.set(ref, bytes);
      return ref;
    },
    answer: (next) => {
      answer = next;
    },
    perform: async (call, adapter) => {
      performed.push(call);
      return answer(call, adapter);
    },
    settleReadBack: async () => 'verified',
    answerCall: async () => 'settled',
    blobs: {
      get: async (_, ref) => {
        const bytes = blobs.get(ref);
        if (bytes === undefined) throw new JobError('corrupt-blob', `The blob ${ref} is not there.`);
        return { mediaType: 'application/json', bytes };
      },
      put: async (_, blob) => {
        const { ref } = jsonBlob(JSON.parse(new TextDecoder().decode(blob.bytes)));
        blobs.set(ref, blob.bytes);
        return ref;
      },
    },
    transcripts: {
      read: async () => [],
      append: async ({ messages }) => {
        appended.push(...messages);
      },
    },
    runs: RUNS,
    health: () => ({ leaseLive: true, answeredMsAgo: 0 }),
    endpoints: { cooling: async () => [] },
    close: async () => undefined,
  };
}

/** What Activities of a job are made of, over a recording gate, with the job's definition stored. */
export function dependenciesOf(
  job: Job,
  gate: RecordingGate,
): { dependencies: ActivityDependencies; definition: BlobRef } {
  const dependencies = {
    gate,
    registry: createRegistry([job]),
    endpoints: [],
    dialect: chatCompletions,
    logger: silentLogger,
    transcriptMemory: new TranscriptMemory(),
  };
  return { dependencies, definition: gate.keep(pinDefinition(job)) };
}

/** Where an Activity runs as far as it can see: at a step of a run, for the first time unless said otherwise. */
export function environment(stepPath: string, attempt = 1): MockActivityEnvironment {
  const workflowExecution = { workflowId: `desk.${'x'.repeat(22)}`, runId: 'r' };
  const logger = new DefaultLogger('ERROR');
  return new MockActivityEnvironment({ activityId: stepPath, attempt, workflowExecution }, { logger });
}
