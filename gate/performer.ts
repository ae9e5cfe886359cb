import { setTimeout as sleep } from 'node:timers/promises';
import { assertNever } from '../domain/assert-never.ts';
import type { Json } from '../domain/canonical.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { attempt, type AttemptEnd, type Failed } from './attempt.ts';
import type { Adapter, Settlement } from './call.ts';
import { conclude, repeatsFreely, unrepeatable } from './conclusion.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { AtKillPoint, KillPoint } from './kill-points.ts';
import type { Lease } from './lease.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import { type Claim, type ClaimAnswer, type Ending, type Ledger } from './ledger.ts';
import { outcomeOfConflict, outcomeOfStored } from './outcomes.ts';
import type { PreparedCall } from './prepared-call.ts';
import { persistently, retryingBriefly } from './retrying.ts';
import type { SendContext } from './send-context.ts';

const FIRST_POLL_MS = 100;
const LAST_POLL_MS = 500;

/** What a {@link Performer} works with. */
export interface PerformerParts {
  readonly ledger: Ledger;
  readonly leases: LeaseKeeper;
  readonly dispatcher: Dispatcher;
  readonly at: AtKillPoint | undefined;
}

/** One call on its way through the gate. */
export interface Performance {
  readonly prepared: PreparedCall;
  readonly adapter: Adapter;
  readonly signal: AbortSignal;
}

type Taken = Extract<ClaimAnswer, { kind: 'claimed' | 'taken-over' }>;
type Held = Performance & { readonly claim: Claim; readonly lease: Lease };

// Another owner has the call meanwhile: what it came to is asked anew.
const LOST = Symbol('lost to another owner');

/** Claims, sends and settles one call. */
export class Performer {
  readonly #parts: PerformerParts;

  constructor(parts: PerformerParts) {
    this.#parts = parts;
  }

  /** Carries a call through to its outcome, or waits for the outcome that another owner brings about. */
  async perform(performance: Performance): Promise<Outcome<Json>> {
    const { prepared, signal } = performance;
    for (let pause = FIRST_POLL_MS; ;) {
      const lease = await this.#parts.leases.live(signal);
      await this.#at('before-claim', prepared);
      const answer = await retryingBriefly(() => this.#parts.ledger.claim(prepared, lease.owner));
      switch (answer.kind) {
        case 'stored':
          return outcomeOfStored(prepared, answer.call);
        case 'conflict':
          return outcomeOfConflict(prepared, answer.holder);
        case 'lease-lost':
          lease.lose();
          break;
        case 'in-progress':
          await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
          pause = Math.min(pause * 1.5, LAST_POLL_MS);
          break;
        case 'claimed':
        case 'taken-over': {
          const claim = { prepared, owner: lease.owner, fenceToken: answer.fenceToken };
          const outcome = await this.#carryOut({ ...performance, claim, lease }, answer);
          if (outcome !== LOST) return outcome;
          break;
        }
        default:
          return assertNever(answer);
      }
    }
  }

  async #carryOut(held: Held, taken: Taken): Promise<Outcome<Json> | typeof LOST> {
    await this.#at('after-claim', held.prepared);
    switch (nextAfterClaim(held, taken)) {
      case 'send':
        return this.#send(held);
      case 'reconcile':
        return this.#reconcile(held, { sendsAgain: true, sentence: interrupted(held) });
      case 'unknown':
        return this.#settle(held, {
          state: 'unknown',
          sentence: `${interrupted(held)}; ${unrepeatable(held.prepared)}`,
        });
    }
  }

  async #send(held: Held): Promise<Outcome<Json> | typeof LOST> {
    const { prepared, adapter, claim } = held;
    const { class: effectClass } = prepared.call;
    const marks = !repeatsFreely(prepared) && (effectClass === 'C' || effectClass === 'D');
    const mark = async (): Promise<void> => {
      if (await this.#parts.ledger.markSent(claim)) return;
      throw new JobError('lease-lost', `Another worker has taken ${prepared.call.name} over; nothing was sent.`);
    };
    const end = await this.#attempt(held, {
      act: (context) => adapter.send(context),
      beforeFirst: marks ? mark : undefined,
    });
    await this.#at('answered', prepared);
    if (end.kind === 'answered') return this.#settleAnswer(held, end.value);
    return this.#conclude(held, end);
  }

  async #conclude(held: Held, failed: Failed): Promise<Outcome<Json> | typeof LOST> {
    const conclusion = conclude(held.prepared, failed);
    switch (conclusion.kind) {
      case 'settle':
        return this.#settle(held, conclusion.ending);
      case 'reconcile':
        return this.#reconcile(held, { sendsAgain: false, sentence: conclusion.sentence });
      case 'release': {
        const { gives, status } = conclusion;
        const sentence = 'outcome' in gives ? gives.outcome.sentence : sentenceOf(gives.error);
        await this.#release(held, { nothingLeft: !failed.trace.bytesLeft, status, sentence });
        if ('error' in gives) throw gives.error;
        return gives.outcome;
      }
    }
  }

  // Asks the receiver. Right after a send that nobody answered, "nothing" may still be on its way: then it is asked again later.
  async #reconcile(held: Held, how: { sendsAgain: boolean; sentence: string }): Promise<Outcome<Json> | typeof LOST> {
    const { prepared, adapter } = held;
    const unknown: Ending = {
      state: 'unknown',
      sentence: `${how.sentence.replace(/\.$/, '')}; a person must look there.`,
    };
    if (adapter.reconcile === undefined) return this.#settle(held, unknown);
    const end = await this.#attempt(held, {
      act: async (context) => adapter.reconcile?.(context),
      beforeFirst: undefined,
    });
    if (end.kind === 'answered' && end.value !== undefined) return this.#settleAnswer(held, end.value);
    if (end.kind === 'answered' && how.sendsAgain) return this.#send(held);
    const failed =
      end.kind === 'failed' ? conclude({ ...prepared, call: { ...prepared.call, effect: 'read' } }, end) : undefined;
    if (failed?.kind === 'settle') return this.#settle(held, unknown);
    await this.#release(held, { nothingLeft: false, sentence: how.sentence });
    if (failed?.kind === 'release' && 'error' in failed.gives) throw failed.gives.error;
    if (failed?.kind === 'release' && 'outcome' in failed.gives) return failed.gives.outcome;
    return { kind: 'unavailable', why: 'unanswered', notBefore: Date.now() + 1_000, sentence: how.sentence };
  }

  #attempt<Value>(
    held: Held,
    what: { act: (context: SendContext) => Promise<Value>; beforeFirst: (() => Promise<void>) | undefined },
  ): Promise<AttemptEnd<Value>> {
    const { prepared, lease, signal } = held;
    const { dispatcher, at } = this.#parts;
    return attempt({ prepared, lease, signal, dispatcher, at, ...what });
  }

  async #settleAnswer(held: Held, settlement: Settlement): Promise<Outcome<Json> | typeof LOST> {
    return this.#settle(held, { state: 'committed', settlement });
  }

  async #settle(held: Held, ending: Ending): Promise<Outcome<Json> | typeof LOST> {
    const settled = await persistently(() => this.#parts.ledger.settle(held.claim, ending));
    await this.#at('settled', held.prepared);
    if (!settled) return LOST;
    const { state, settlement, status, sentence } = ending;
    return outcomeOfStored(held.prepared, { state, result: settlement?.result ?? null, status, sentence });
  }

  // When the database is out of reach the lease ends by itself, and the next attempt finds a dead owner.
  async #release(
    held: Held,
    reason: { nothingLeft: boolean; status?: number | undefined; sentence: string },
  ): Promise<void> {
    await retryingBriefly(() => this.#parts.ledger.release(held.claim, reason)).catch(() => undefined);
  }

  async #at(point: KillPoint, prepared: PreparedCall): Promise<void> {
    if (this.#parts.at !== undefined) await this.#parts.at(point, prepared.call);
  }
}

/** What a claim that follows an earlier attempt may do, by what the receiver can do about repeats. */
export function nextAfterClaim({ prepared }: Pick<Held, 'prepared'>, taken: Taken): 'send' | 'reconcile' | 'unknown' {
  const exposedMs = taken.kind === 'claimed' ? undefined : taken.exposedMs;
  if (exposedMs === undefined || repeatsFreely(prepared)) return 'send';
  const { class: effectClass, keyTtlMs = Infinity, timeoutMs } = prepared.call;
  switch (effectClass) {
    case 'A':
      // The repeat must still arrive while the receiver remembers the key.
      return exposedMs + timeoutMs < keyTtlMs ? 'send' : 'reconcile';
    case 'B':
      return 'send';
    case 'C':
      return 'reconcile';
    case 'D':
      return 'unknown';
  }
}

function interrupted({ prepared }: Pick<Held, 'prepared'>): string {
  return `An earlier attempt at ${prepared.call.name} was cut off after it may have reached ${prepared.route.words}`;
}
