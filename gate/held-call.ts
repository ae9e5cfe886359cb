import type { Json } from '../domain/canonical.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { nextAfterClaim } from './after-claim.ts';
import { attempt, type AttemptEnd, type Failed } from './attempt.ts';
import type { Adapter, Settlement } from './call.ts';
import { conclude, repeatsFreely, unrepeatable } from './conclusion.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { EndpointHealth, Visit } from './endpoint-health.ts';
import type { AtKillPoint } from './kill-points.ts';
import type { Lease } from './lease.ts';
import type { Claim, Ending, Ledger, Taken } from './ledger.ts';
import { outcomeOfStored } from './outcomes.ts';
import type { PreparedCall } from './prepared-call.ts';
import { persistently, retryingBriefly } from './retrying.ts';
import type { SendContext } from './send-context.ts';

const RETRY_MS = 1_000;

/** What calls are carried out with. */
export interface CallParts {
  readonly ledger: Ledger;
  readonly dispatcher: Dispatcher;
  readonly health: EndpointHealth;
  readonly at: AtKillPoint | undefined;
}

/** One call on its way through the gate. */
export interface Performance {
  readonly prepared: PreparedCall;
  readonly adapter: Adapter;
  readonly signal: AbortSignal;
}

/** Another owner has the call meanwhile: what it came to is to be asked anew. */
export const LOST = Symbol('lost to another owner');

type End = Outcome<Json> | typeof LOST;

/** One call while this process holds its claim. However it ends, the claim is settled, released, or dies with its owner. */
export class HeldCall {
  readonly #parts: CallParts;
  readonly #held: Performance & { readonly claim: Claim; readonly lease: Lease };
  #bytesLeft = false;
  #given = false;

  constructor(parts: CallParts, held: Performance & { readonly claim: Claim; readonly lease: Lease }) {
    this.#parts = parts;
    this.#held = held;
  }

  /** Sends, asks or decides, by what an earlier attempt may have done, and settles. */
  async carryOut(taken: Taken): Promise<End> {
    const { prepared } = this.#held;
    try {
      await this.#parts.at?.('after-claim', prepared.call);
      switch (nextAfterClaim(prepared, taken)) {
        case 'send':
          return await this.#send();
        case 'reconcile':
          return await this.#reconcile({ sendsAgain: true, sentence: this.#interrupted() });
        case 'unknown':
          return await this.#settle({
            state: 'unknown',
            sentence: `${this.#interrupted()}; ${unrepeatable(prepared)}`,
          });
      }
    } catch (error) {
      if (!this.#given) await this.#release({ sentence: sentenceOf(error) });
      throw error;
    }
  }

  async #send(): Promise<End> {
    const { prepared, adapter, claim } = this.#held;
    const { class: effectClass } = prepared.call;
    const marks = !repeatsFreely(prepared) && (effectClass === 'C' || effectClass === 'D');
    const mark = async (): Promise<void> => {
      if (await this.#parts.ledger.markSent(claim)) return this.#parts.at?.('marked', prepared.call);
      throw new JobError('lease-lost', `Another worker has taken ${prepared.call.name} over; nothing was sent.`);
    };
    const visit = this.#parts.health.visit(prepared);
    const end = await this.#attempt((context) => adapter.send(context), marks ? mark : visit?.enter);
    this.#bytesLeft ||= end.trace.bytesLeft;
    await this.#parts.at?.('answered', prepared.call);
    if (end.kind !== 'answered') return this.#conclude(end, visit);
    const settled = await this.#settleAnswer(end.value);
    await visit?.answered();
    return settled;
  }

  async #conclude(failed: Failed, visit: Visit | undefined): Promise<End> {
    const conclusion = conclude(this.#held.prepared, failed);
    switch (conclusion.kind) {
      case 'settle':
        return this.#settle(conclusion.ending);
      case 'reconcile':
        return this.#reconcile({ sendsAgain: false, sentence: conclusion.sentence });
      case 'release': {
        const { gives, status } = conclusion;
        const sentence = 'outcome' in gives ? gives.outcome.sentence : sentenceOf(gives.error);
        // Before the call is anybody's again, so that no worker asks an endpoint that has just asked for a pause.
        if ('outcome' in gives) await visit?.failed(gives.outcome);
        await this.#release({ status, sentence });
        if ('error' in gives) throw gives.error;
        return gives.outcome;
      }
    }
  }

  // Asks the receiver. Right after a send that nobody answered, "nothing" may still be on its way: then it is asked again later.
  async #reconcile(how: { sendsAgain: boolean; sentence: string }): Promise<End> {
    const { adapter } = this.#held;
    const unknown: Ending = { state: 'unknown', sentence: `${unended(how.sentence)}; a person must look there.` };
    if (adapter.reconcile === undefined) return this.#settle(unknown);
    const end = await this.#attempt(async (context) => adapter.reconcile?.(context), undefined);
    if (end.kind === 'answered' && end.value !== undefined) return this.#settleAnswer(end.value);
    if (end.kind === 'answered' && how.sendsAgain) return this.#send();
    if (end.kind === 'failed') return this.#concludeQuestion(end, unknown);
    await this.#release({ sentence: how.sentence });
    return { kind: 'unavailable', why: 'unanswered', waitMs: RETRY_MS, sentence: how.sentence };
  }

  // The question itself is a read; only a receiver that refuses to answer it leaves the matter to a person.
  async #concludeQuestion(failed: Failed, unknown: Ending): Promise<End> {
    const { prepared } = this.#held;
    const conclusion = conclude({ ...prepared, call: { ...prepared.call, effect: 'read' } }, failed);
    if (conclusion.kind !== 'release') return this.#settle(unknown);
    const { gives } = conclusion;
    await this.#release({ sentence: 'outcome' in gives ? gives.outcome.sentence : sentenceOf(gives.error) });
    if ('error' in gives) throw gives.error;
    return gives.outcome;
  }

  #attempt<Value>(
    act: (context: SendContext) => Promise<Value>,
    beforeFirst: (() => Promise<void>) | undefined,
  ): Promise<AttemptEnd<Value>> {
    const { prepared, lease, signal } = this.#held;
    const { dispatcher, at } = this.#parts;
    return attempt({ prepared, lease, signal, dispatcher, at, act, beforeFirst });
  }

  async #settleAnswer(settlement: Settlement): Promise<End> {
    return this.#settle({ state: 'committed', settlement });
  }

  async #settle(ending: Ending): Promise<End> {
    const { prepared, claim } = this.#held;
    const settled = await persistently(() => this.#parts.ledger.settle(claim, ending));
    this.#given = true;
    await this.#parts.at?.('settled', prepared.call);
    if (!settled) return LOST;
    const { state, settlement, status, sentence } = ending;
    return outcomeOfStored(prepared, { state, result: settlement?.result ?? null, status, sentence });
  }

  // A claim that cannot be given back must not stay with an owner that goes on living: others would wait for it for ever.
  async #release(reason: { status?: number | undefined; sentence: string }): Promise<void> {
    const { claim, lease } = this.#held;
    this.#given = true;
    try {
      await retryingBriefly(() => this.#parts.ledger.release(claim, { nothingLeft: !this.#bytesLeft, ...reason }));
    } catch {
      lease.lose();
    }
  }

  #interrupted(): string {
    const { call, route } = this.#held.prepared;
    return `An earlier attempt at ${call.name} was cut off after it may have reached ${route.words}`;
  }
}

function unended(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
