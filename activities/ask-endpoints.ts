import {
  type CallNeeds,
  chooseEndpoint,
  type EndpointChoice,
  mayTakeMore,
  type SkipReason,
} from '../domain/choose-endpoint.ts';
import type { Json } from '../domain/canonical.ts';
import { cut } from '../domain/cut.ts';
import { type EndpointFailure, endpointFailure, REFUSED_MS } from '../domain/endpoint-failure.ts';
import { JobError } from '../domain/errors.ts';
import type { NotCommitted, Outcome } from '../domain/outcome.ts';
import { boundedRecord, type RoutingRecord, skipWords } from '../domain/routing-record.ts';
import type { CoolDown } from '../gate/index.ts';
import type { ModelEndpoint } from './dependencies.ts';

const MAX_PART = 220;

/** One endpoint as it is asked. */
export interface Asked {
  readonly endpoint: ModelEndpoint;
  /** It is asked although it is failing. */
  readonly lastResort: boolean;
  /** Whether a fitting endpoint is known to take in more. */
  readonly largerExists: boolean;
  /** How many endpoints fit. */
  readonly rungs: number;
  /** The decision so far, with this endpoint as the chosen one. */
  recordOf(doubt: string | undefined): RoutingRecord;
}

/** What endpoints are chosen from and by. */
export interface Question {
  /** In the agent's order. */
  readonly endpoints: readonly ModelEndpoint[];
  readonly needs: CallNeeds;
  readonly coolDowns: readonly CoolDown[];
}

/** An answer to less than what was sent: no answer, while another endpoint can take in all of it. */
export class CutShortError extends JobError {
  constructor(endpoint: string, tokens: { readonly reported: number; readonly atLeast: number }) {
    super(
      'invalid-response',
      `The endpoint "${endpoint}" reports ${tokens.reported} input tokens for a call of at least ${tokens.atLeast}, so it cut the ` +
        'call short; if it only counts wrongly, give it the quirk "no-usage" in temporal.yaml.',
    );
  }
}

interface Failed {
  readonly endpoint: ModelEndpoint;
  readonly words: string;
  readonly sentence: string;
  /** When it may be asked again; `undefined`: asking again changes nothing. */
  readonly waitMs?: number;
  readonly gives: { readonly outcome: NotCommitted } | { readonly error: JobError };
}

/**
 * Asks one endpoint after the other until one answers. Whatever is no failure of the endpoint itself (a refusal for what was asked, a
 * stop, a conflict) is the answer.
 * @throws JobError `not-cleared` when no endpoint may see the data, `invalid-config` when none can take the call, `invalid-response`
 *   when those that answered said nothing that can be read; what `ask` throws
 */
export async function askEndpoints(
  question: Question,
  ask: (asked: Asked) => Promise<Outcome<Json>>,
): Promise<Outcome<Json>> {
  const choice = chooseEndpoint(candidatesOf(question), question.needs);
  const [only] = question.endpoints;
  // The gate says itself why an only endpoint may not be asked.
  if (
    choice.fitting.length === 0 &&
    (question.endpoints.length > 1 || only?.cleared.includes(question.needs.dataClass))
  )
    throw nothingFits(question, choice);
  const order = choice.fitting.length === 0 && only !== undefined ? [{ id: only.id, lastResort: true }] : choice.order;
  const failed: Failed[] = [];
  for (const { id, lastResort } of order) {
    const endpoint = question.endpoints.find((one) => one.id === id);
    if (endpoint === undefined || tooSmall(endpoint, failed)) continue;
    const end = await askOne({ question, choice, failed, lastResort, ask }, endpoint);
    if ('answer' in end) return end.answer;
    failed.push(end.failed);
  }
  return noneLeft(question, choice, failed);
}

interface Asking {
  readonly question: Question;
  readonly choice: EndpointChoice;
  readonly failed: readonly Failed[];
  readonly lastResort: boolean;
  readonly ask: (asked: Asked) => Promise<Outcome<Json>>;
}

async function askOne(
  asking: Asking,
  endpoint: ModelEndpoint,
): Promise<{ readonly answer: Outcome<Json> } | { readonly failed: Failed }> {
  const { choice, failed, lastResort } = asking;
  try {
    const answer = await asking.ask({
      endpoint,
      lastResort,
      largerExists: largerThan(asking, endpoint),
      rungs: choice.fitting.length,
      recordOf: (doubt) => recordOf(choice, failed, { endpoint, doubt }),
    });
    const failure = answer.kind === 'committed' ? undefined : endpointFailure(answer);
    if (answer.kind === 'committed' || failure === undefined || failure.kind === 'declined') return { answer };
    return { failed: failedBy(endpoint, answer, failure) };
  } catch (error) {
    if (!(error instanceof JobError) || error.code !== 'invalid-response') throw error;
    const words = error instanceof CutShortError ? 'cut the call short' : 'unreadable answer';
    return { failed: { endpoint, words, sentence: error.message, gives: { error } } };
  }
}

function candidatesOf({ endpoints, coolDowns }: Question): Parameters<typeof chooseEndpoint>[0] {
  return endpoints.map(({ id, cleared, contextTokens, capabilities }) => {
    const own = coolDowns.filter(({ endpoint }) => endpoint === id);
    const closed = own.filter(({ kind }) => kind === 'closed').toSorted((one, other) => other.waitMs - one.waitMs);
    return { id, cleared, contextTokens, tools: capabilities.tools, cooling: closed[0] ?? own[0] };
  });
}

function largerThan({ question, choice }: Asking, { contextTokens }: ModelEndpoint): boolean {
  const larger = (other: number | undefined): boolean =>
    other !== undefined && contextTokens !== undefined && other > contextTokens;
  const earlier = choice.skipped.filter(({ reason }) => reason === 'earlier-rung').map(({ id }) => id);
  return question.endpoints.some(
    ({ id, contextTokens: other }) => choice.fitting.includes(id) && !earlier.includes(id) && larger(other),
  );
}

// What was too long for one is not worth sending to another of its size.
function tooSmall(endpoint: ModelEndpoint, failed: readonly Failed[]): boolean {
  return failed.some((one) => isTooLong(one) && !mayTakeMore(endpoint.contextTokens, one.endpoint.contextTokens));
}

function isTooLong({ gives }: Failed): boolean {
  if ('error' in gives) return gives.error instanceof CutShortError;
  return endpointFailure(gives.outcome)?.kind === 'too-long';
}

function failedBy(
  endpoint: ModelEndpoint,
  outcome: Extract<NotCommitted, { kind: 'unavailable' | 'rejected' }> | NotCommitted,
  failure: EndpointFailure,
): Failed {
  const words = outcome.kind === 'rejected' ? `answered ${outcome.status}` : whyOf(outcome);
  if (failure.kind === 'refused') {
    const sentence = `${unended(outcome.sentence)}; ${failure.fix}.`;
    const unavailable = { kind: 'unavailable', why: 'refused', waitMs: REFUSED_MS, sentence } as const;
    return { endpoint, words, sentence, waitMs: REFUSED_MS, gives: { outcome: unavailable } };
  }
  const waits = outcome.kind === 'unavailable' ? { waitMs: outcome.waitMs } : {};
  const isLong = failure.kind === 'too-long' ? ', too long' : '';
  return { endpoint, words: `${words}${isLong}`, sentence: outcome.sentence, ...waits, gives: { outcome } };
}

function whyOf(outcome: NotCommitted): string {
  const why = outcome.kind === 'unavailable' ? outcome.why : outcome.kind;
  return why.startsWith('status-') ? `answered ${why.slice('status-'.length)}` : why;
}

/** None answered: wait for the first that may, else tell what they said. */
function noneLeft(question: Question, choice: EndpointChoice, failed: readonly Failed[]): Outcome<Json> {
  const cooling = question.coolDowns.filter(({ endpoint }) => isCooling(choice, endpoint));
  const [only] = failed;
  if (only !== undefined && failed.length === 1 && question.endpoints.length === 1) return givenBy(only);
  const waits = [...failed.flatMap(({ waitMs }) => waitMs ?? []), ...cooling.map(({ waitMs }) => waitMs)];
  const sentence = sentenceOfAll(question, choice, failed);
  if (waits.length > 0)
    return { kind: 'unavailable', why: 'no-endpoint', waitMs: Math.ceil(Math.min(...waits)), sentence };
  const unread = failed.find(({ gives }) => 'error' in gives);
  if (unread !== undefined) throw new JobError('invalid-response', sentence, { cause: unread.sentence });
  const said = failed.at(-1)?.gives;
  const status =
    said !== undefined && 'outcome' in said && said.outcome.kind === 'rejected' ? said.outcome.status : 400;
  return { kind: 'rejected', status, sentence };
}

function givenBy({ gives }: Failed): Outcome<Json> {
  if ('error' in gives) throw gives.error;
  return gives.outcome;
}

function sentenceOfAll(question: Question, choice: EndpointChoice, failed: readonly Failed[]): string {
  const tried = failed.map(({ sentence }) => part(sentence));
  const skipped = choice.skipped.map(({ id, reason }) => {
    const cooling = reason === 'cooling' ? question.coolDowns.find(({ endpoint }) => endpoint === id) : undefined;
    if (cooling === undefined) return `"${id}": ${skipWords({ id, reason })}`;
    return part(`${unended(cooling.sentence)}, and is asked again in ${Math.ceil(cooling.waitMs / 1_000)} s`);
  });
  const passed = question.endpoints
    .filter((endpoint) => choice.order.some(({ id }) => id === endpoint.id) && tooSmall(endpoint, failed))
    .filter((endpoint) => !failed.some((one) => one.endpoint === endpoint))
    .map(({ id }) => `"${id}": ${skipWords({ id, reason: 'context-too-small' })}`);
  return `No endpoint can answer: ${[...tried, ...skipped, ...passed].join('; ')}.`;
}

function nothingFits({ endpoints, needs }: Question, { skipped }: EndpointChoice): JobError {
  const names = endpoints.map(({ id }) => id).join(', ');
  const has = (wanted: SkipReason): boolean => skipped.every(({ reason }) => reason === wanted);
  if (has('not-cleared')) {
    return new JobError(
      'not-cleared',
      `None of the endpoints ${names} is cleared for ${needs.dataClass} data; who may decide that adds "${needs.dataClass}" to ` +
        'HOLDFAST_CLEARED or to the `cleared` of one of them in temporal.yaml.',
    );
  }
  const reasons = skipped.map((one) => `"${one.id}": ${skipWords(one)}`).join('; ');
  return new JobError(
    'invalid-config',
    `No endpoint can take this call of at least ${needs.inputTokens} tokens (${reasons}); name another one in the agent's ` +
      '`endpoints`, or correct `contextTokens` or `capabilities` in temporal.yaml.',
  );
}

function recordOf(
  choice: EndpointChoice,
  failed: readonly Failed[],
  chosen: { readonly endpoint: ModelEndpoint; readonly doubt: string | undefined },
): RoutingRecord {
  const { endpoint, doubt } = chosen;
  const skippedIds = choice.skipped.map(({ id }) => id);
  return boundedRecord({
    candidates: [...choice.fitting, ...skippedIds.filter((id) => !choice.fitting.includes(id))],
    skipped: choice.skipped.map((one) => ({ endpoint: one.id, why: skipWords(one) })),
    attempts: failed.map(({ endpoint: { id }, words }) => ({ endpoint: id, failure: words })),
    chosen: endpoint.id,
    ...(endpoint.price === undefined ? {} : { price: endpoint.price }),
    ...(doubt === undefined ? {} : { doubt }),
  });
}

function isCooling({ skipped }: EndpointChoice, endpoint: string): boolean {
  return skipped.some(({ id, reason }) => id === endpoint && reason === 'cooling');
}

function part(sentence: string): string {
  const text = unended(sentence);
  return text.length <= MAX_PART ? text : `${cut(text, MAX_PART - 1)}…`;
}

function unended(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
