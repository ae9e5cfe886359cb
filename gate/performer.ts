import { setTimeout as sleep } from 'node:timers/promises';
import { assertNever } from '../domain/assert-never.ts';
import type { Json } from '../domain/canonical.ts';
import { JobError } from '../domain/errors.ts';
import type { Outcome } from '../domain/outcome.ts';
import { type CallParts, HeldCall, LOST, type Performance } from './held-call.ts';
import type { Lease } from './lease.ts';
import type { LeaseKeeper } from './lease-keeper.ts';
import type { ClaimAnswer } from './ledger.ts';
import { outcomeOfConflict, outcomeOfOtherCopy, outcomeOfStored } from './outcomes.ts';
import { retryingBriefly } from './retrying.ts';

const FIRST_POLL_MS = 100;
const LAST_POLL_MS = 500;

/** Claims calls, one after the other or at once, and has them carried out. */
export class Performer {
  readonly #parts: CallParts;
  readonly #leases: LeaseKeeper;

  constructor(parts: CallParts, leases: LeaseKeeper) {
    this.#parts = parts;
    this.#leases = leases;
  }

  /** Carries a call through to its outcome, or waits for the outcome that another owner brings about. */
  async perform(performance: Performance): Promise<Outcome<Json>> {
    const { prepared, signal } = performance;
    for (let pause = FIRST_POLL_MS; ;) {
      const lease = await this.#leases.live(signal);
      await this.#parts.at?.('before-claim', prepared.call);
      const answer = await this.#claim(performance, lease);
      switch (answer.kind) {
        case 'stored':
          return outcomeOfStored(prepared, answer.call);
        case 'conflict':
          return outcomeOfConflict(prepared, answer.holder);
        case 'copied-otherwise':
          return outcomeOfOtherCopy(answer.holder);
        case 'lease-lost':
          lease.lose();
          break;
        case 'run-ended':
          throw new JobError(
            'run-ended',
            `The run ${prepared.call.runId} has ended; ${prepared.call.name} is not sent any more.`,
          );
        case 'in-progress':
          await sleep(pause, undefined, { signal }).catch(() => signal.throwIfAborted());
          pause = Math.min(pause * 1.5, LAST_POLL_MS);
          break;
        case 'claimed':
        case 'taken-over': {
          const claim = { prepared, owner: lease.owner, fenceToken: answer.fenceToken };
          const outcome = await new HeldCall(this.#parts, { ...performance, claim, lease }).carryOut(answer);
          if (outcome !== LOST) return outcome;
          break;
        }
        default:
          return assertNever(answer);
      }
    }
  }

  // A claim whose answer was lost may have been granted: it must not stay with an owner that goes on living.
  async #claim({ prepared }: Performance, lease: Lease): Promise<ClaimAnswer> {
    try {
      return await retryingBriefly(() => this.#parts.ledger.claim(prepared, lease.owner));
    } catch (error) {
      lease.lose();
      throw error;
    }
  }
}
