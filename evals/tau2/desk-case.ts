import { isDeepStrictEqual } from 'node:util';
import type { Json } from '../../domain/canonical.ts';
import { applyPatch } from '../replay/apply-patch.ts';
import type { Case, TraceStep } from './data.ts';
import type { DeskEntry } from './desk-ledger.ts';

/** What a call means for a case. */
export interface Meaning {
  readonly deed: 'step' | 'duplicate' | 'wrong' | 'unexpected';
  readonly position?: number;
  readonly ok: boolean;
  readonly result: string;
}

/** A call as it is asked for. */
export interface AskedOfDesk {
  readonly tool: string;
  readonly args: Json;
}

/** The state of one task at the tool server: its database, and which recorded calls took place. */
export class DeskCase {
  readonly case: Case;
  readonly #done = new Set<number>();
  #state: Json | undefined;

  constructor(one: Case) {
    this.case = one;
  }

  /** The database of the task as it is now. */
  get state(): Json {
    const { domain, task } = this.case;
    this.#state ??= applyPatch(domain.db, task.init_patch ?? []);
    return this.#state;
  }

  /** What a call would do now: the next recorded call of that form, the same once more, one that is known to be wrong, or none. */
  meaningOf({ tool, args }: AskedOfDesk): Meaning {
    const { trace } = this.case.task;
    const places = trace.flatMap((step, position) => (isCall(step, { tool, args }) ? [{ step, position }] : []));
    const next = places.find(({ position }) => !this.#done.has(position));
    if (next !== undefined) return { deed: 'step', position: next.position, ...answerOf(next.step) };
    const last = places.at(-1);
    if (last !== undefined) {
      return { deed: 'duplicate', position: last.position, ...answerOf(last.step.repeat ?? last.step) };
    }
    const wrong = trace.find((step) => step.tool === tool && isDeepStrictEqual(step.wrong?.args, args))?.wrong;
    if (wrong !== undefined) return { deed: 'wrong', ok: wrong.ok, result: wrong.result };
    return { deed: 'unexpected', ok: false, result: JSON.stringify({ error: 'unknown' }) };
  }

  /** Has a deed take place, as it was written down. */
  carryOut({ deed, position }: Pick<DeskEntry, 'deed' | 'position'>): void {
    const step = position === undefined ? undefined : this.case.task.trace[position];
    if (position === undefined || step === undefined) return;
    if (deed === 'step') {
      this.#done.add(position);
      this.#state = applyPatch(this.state, step.patch ?? []);
    } else if (deed === 'duplicate') {
      this.#state = applyPatch(this.state, step.repeat?.patch ?? []);
    }
  }
}

function isCall(step: TraceStep, { tool, args }: AskedOfDesk): boolean {
  return step.tool === tool && isDeepStrictEqual(step.args, args);
}

function answerOf({ ok, result }: { readonly ok: boolean; readonly result: string }): { ok: boolean; result: string } {
  return { ok, result };
}
