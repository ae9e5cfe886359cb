/** What a turn hands on: where its messages lie, of 22 characters. */
export interface BareInput {
  readonly run: string;
  readonly turn: number;
  readonly ref: string;
}

/** The Activities of a worker without a gate. */
export interface BareActivities {
  askModel(input: BareInput): Promise<{ readonly tool: string; readonly ref: string }>;
  look(input: BareInput): Promise<{ readonly ref: string }>;
}

const REF_LENGTH = 22;

/** Activities that answer what such Activities answer. Nothing is sent: only the bytes of the history are compared. */
export function bareActivities(pages: number): BareActivities {
  const ref = 'x'.repeat(REF_LENGTH);
  return {
    askModel: async ({ turn }) => ({ tool: turn > pages ? 'submit' : 'look', ref }),
    look: async () => ({ ref }),
  };
}
