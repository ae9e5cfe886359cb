import type { Answer } from './answer.ts';
import type { BlobRef } from './ids.ts';

/** The most earlier effects, of those with an identity and of those without, that a fork is told of before it starts. */
export const MOST_EARLIER_EFFECTS = 100;

/** A person's answer in the record of the run that a fork was made of. */
export interface RecordedAnswer {
  /** The name of the question that it settled. */
  readonly question: string;
  /** The id of the stored decision. */
  readonly id: string;
  readonly actor: string;
  readonly evidence: string;
  readonly answer: Answer;
}

/** What the workflow of a fork is told of the first run's record; calls are answered by the ledger, and signals are delivered. */
export interface ForkHanded {
  /** Corrections of outputs, in the order in which they were given. */
  readonly answers?: readonly RecordedAnswer[];
  /** The moments (milliseconds since the epoch) up to which the first run has slept, by the name of the sleep and in their order. */
  readonly sleeps?: { readonly [name: string]: readonly number[] };
}

/** What of the first run's record a fork was given otherwise, each as the blob of what stands there now. */
export interface ForkEdits {
  readonly input?: BlobRef;
  /** Recorded outputs by step path. */
  readonly steps?: { readonly [stepPath: string]: BlobRef };
}
