/** What a caller is answered. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A refusal that goes to the caller as `{error}` with its status; anything else thrown is a fault of the service. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The HTTP status to answer with. */
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

/** A refusal's answer. */
export function refused(status: number, sentence: string): Answer {
  return { status, body: { error: sentence } };
}
