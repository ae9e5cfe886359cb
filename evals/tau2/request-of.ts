import type { Case } from './data.ts';

const MAX_CHARACTERS = 4_000;

/** What the customer of a task wants: its ticket, or its scenario; cut where it is long, and never within a character. */
export function requestOf({
  task: { ticket, scenario },
}: {
  readonly task: Pick<Case['task'], 'ticket' | 'scenario'>;
}): string {
  const text = ticket ?? (typeof scenario === 'string' ? scenario : JSON.stringify(scenario ?? ''));
  return text.slice(0, MAX_CHARACTERS).toWellFormed();
}
