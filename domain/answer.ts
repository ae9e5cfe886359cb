import type { BlobRef } from './ids.ts';
import type { Finding } from './verdict.ts';

/** What a run asks a person: whether an effect took place, or what an output should have been. */
export type QuestionKind = 'unknown-effect' | 'correction';

/** What a person is shown beside the sentence of a question; small, since it stands in the history and in the projection. */
export interface QuestionShown {
  readonly question: QuestionKind;
  /** The blob of what was worked from; absent where there is none. */
  readonly source?: BlobRef;
  /** The blob of what was made and not accepted; absent when nothing was made. */
  readonly artefact?: BlobRef;
  /** What verifiers found wrong with it; at most ten. */
  readonly findings: readonly Finding[];
}

/** How a person settles a question. */
export type Answer =
  /** The effect took place. `output`: what the receiver answers for it, in the form of the tool's output, where that is not known. */
  | { readonly kind: 'happened'; readonly output?: BlobRef }
  /** It did not: it is sent again under the same key, or the run ends. */
  | { readonly kind: 'did-not-happen'; readonly next: 'repeat' | 'end' }
  /** What the output should have been; it is verified like a model's. */
  | { readonly kind: 'corrected'; readonly output: BlobRef }
  /** What was worked from is not to be taken further; the run ends `rejected`. */
  | { readonly kind: 'rejected' };

/** The kinds of answer that a question takes. */
export const ANSWERS_TO: { readonly [Kind in QuestionKind]: readonly Answer['kind'][] } = {
  'unknown-effect': ['happened', 'did-not-happen'],
  correction: ['corrected', 'rejected'],
};
