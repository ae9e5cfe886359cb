import { assertNever } from '../domain/assert-never.ts';
import type { RunEvent } from './api-events.ts';
import { printable } from './printable.ts';
import { shownTime } from './shown-time.ts';
import { columns } from './terminal.ts';

/** One event of a run in one line: when, and what. */
export function eventLine(event: RunEvent): string {
  const at = shownTime(event.at);
  return `${at}  ${printable(told(event), (columns() ?? Number.POSITIVE_INFINITY) - at.length - 2)}`;
}

function told(event: RunEvent): string {
  switch (event.kind) {
    case 'run-started':
      return `started by ${event.actor}`;
    case 'call-claimed':
      return `${event.stepPath}: asks ${named(event)}`;
    case 'call-settled':
    case 'call-judged':
      return `${event.stepPath}: ${event.state}${tokensOf(event)}${sentenceAfter(event.sentence)}`;
    case 'decision-made':
      return `${event.actor} decided: ${event.decision}${event.name === '' ? '' : ` ${event.name}`}`;
    case 'decision-delivered':
      return `the run learned of it: ${event.decision}${event.name === '' ? '' : ` ${event.name}`}`;
    case 'status-noted':
      return event.waitingFor === undefined
        ? event.status
        : `${event.status} for ${event.waitingFor.name}: ${event.waitingFor.sentence}`;
    case 'run-ended':
      return `${event.status}${['', event.status].includes(event.code) ? '' : ` (${event.code})`}${sentenceAfter(event.sentence)}`;
    case 'call-copied':
      return `${event.stepPath}: ${event.state}, copied${event.editedBy === '' ? '' : ` and edited by ${event.editedBy}`}`;
    case 'run-forked':
      return `${event.actor} forked ${event.source} as ${event.fork}${event.step === '' ? '' : ` from ${event.step}`}, copied calls: ${event.copied}`;
    default:
      return assertNever(event);
  }
}

function named({ name, effect, system }: Extract<RunEvent, { kind: 'call-claimed' }>): string {
  return `${name} (${effect}${system === '' ? '' : `, ${system}`})`;
}

function tokensOf({ inputTokens, outputTokens }: Extract<RunEvent, { kind: 'call-settled' | 'call-judged' }>): string {
  return inputTokens + outputTokens === 0 ? '' : `, ${inputTokens} + ${outputTokens} tokens`;
}

function sentenceAfter(sentence: string): string {
  return sentence === '' ? '' : `: ${sentence}`;
}
