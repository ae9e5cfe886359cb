import type { Answer } from './answer.ts';
import type { Json } from './canonical.ts';

/** What a stored decision says of a person's answer. */
export interface StoredAnswer {
  /** What it rests on, in the person's words. */
  readonly evidence: string;
  readonly answer: Answer;
}

/** Reads the payload of a decision of kind `answer`. */
export function storedAnswer(payload: Json): StoredAnswer {
  // The client alone stores such decisions, after it has held them against the question's schemas.
  return payload as unknown as StoredAnswer;
}
