import type { Decision } from '../answering/decide.ts';

/** A call as it is sent: its arguments are text, which need not be JSON. */
export interface SpokenCall {
  name: string;
  arguments: string;
}

/** What the model says in an answer. */
export type Spoken =
  | { kind: 'calls'; calls: readonly SpokenCall[] }
  | { kind: 'text'; text: string }
  | { kind: 'refusal'; refusal: string };

/** A decision as it is said without errors. */
export function spokenOf(decision: Decision): Spoken {
  if (decision.kind === 'text') return decision;
  const calls = decision.calls.map(({ name, arguments: given }) => ({ name, arguments: JSON.stringify(given) }));
  return { kind: 'calls', calls };
}
