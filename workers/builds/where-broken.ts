import { type History, typeOf } from './replayed-history.ts';

/** Where and why a history does not replay. */
export interface Break {
  /** The first event that the code does not make again; absent when the code failed before any. */
  readonly event?: number;
  readonly eventType?: string;
  /** The step path there, or the last one before it; absent before the first step. */
  readonly step?: string;
  readonly sentence: string;
}

const DETAILS = 'Details: ';
const OTHER_STEP =
  /Activity id of scheduled event '([^']*)' does not\s+match activity id of activity command '([^']*)'/;
const OTHER_CALL =
  /Activity type of scheduled event '([^']*)' does not\s+match activity type of activity command '([^']*)'/;
const AT_EVENT = /HistoryEvent\(id: (\d+),/;
const NOT_EXPORTED = /no such function is exported|Failed to initialize workflow of type/i;
const MAX_SENTENCE = 300;

type Event = NonNullable<History['events']>[number];

/** Finds the place in a history that the message of a replay that failed speaks of. */
export function whereBroken(history: History, message: string): Break {
  const events = history.events ?? [];
  const said = message.slice(message.lastIndexOf(DETAILS) + (message.includes(DETAILS) ? DETAILS.length : 0));
  const [, was, is] = OTHER_STEP.exec(said) ?? [];
  if (was !== undefined) {
    const event = events.find((each) => stepAt(each) === was);
    return placed(events, event, `the run did the step "${was}" here, the new code does "${is}"`);
  }
  const [, call, otherCall] = OTHER_CALL.exec(said) ?? [];
  if (call !== undefined) return placed(events, undefined, `the run called ${call}, the new code calls ${otherCall}`);
  const [, id] = AT_EVENT.exec(said) ?? [];
  const event = id === undefined ? undefined : events.find((each) => String(each.eventId) === id);
  if (event !== undefined) return placed(events, event, missing(event, said));
  if (NOT_EXPORTED.test(said)) return { sentence: 'the new code has no such job any more' };
  const last = events.findLast((each) => stepAt(each) !== undefined);
  const step = last === undefined ? {} : { step: stepAt(last) ?? '' };
  return { ...step, sentence: short(`the new code fails: ${said}`) };
}

function missing(event: Event, said: string): string {
  const step = stepAt(event);
  const was = step === undefined ? `what came to ${typeOf(event)}` : `the step "${step}"`;
  return said.includes('No command scheduled')
    ? `the run did ${was} here, the new code does nothing`
    : `the run did ${was} here, the new code does another thing`;
}

function placed(events: readonly Event[], event: Event | undefined, sentence: string): Break {
  if (event === undefined) return { sentence: short(sentence) };
  const upTo = events.slice(0, events.indexOf(event) + 1);
  const step = upTo.map(stepAt).findLast((path) => path !== undefined);
  return {
    event: Number(event.eventId),
    eventType: typeOf(event),
    ...(step === undefined ? {} : { step }),
    sentence: short(sentence),
  };
}

function stepAt({ activityTaskScheduledEventAttributes: scheduled }: Event): string | undefined {
  return scheduled?.activityId ?? undefined;
}

function short(sentence: string): string {
  const line = sentence.replaceAll(/\s+/g, ' ').trim();
  return line.length <= MAX_SENTENCE ? line : `${line.slice(0, MAX_SENTENCE - 1)}…`;
}
