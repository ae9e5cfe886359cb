import type { Json } from '../../domain/canonical.ts';
import { applyPatch } from '../replay/apply-patch.ts';
import { canonicalText, stateHash } from '../replay/state-hash.ts';
import type { MultiTurnTask, TraceStep } from './data.ts';

/** A conversation's state at the tool server: every recorded call acts once, in its place. */
export class ReplayedTask {
  readonly #answers = new Map<string, string>();
  readonly #steps: readonly TraceStep[];
  #next = 0;
  #state: Json;

  constructor(task: Pick<MultiTurnTask, 'init_state' | 'turns'>) {
    this.#state = task.init_state;
    this.#steps = task.turns.flatMap(({ trace }) => trace);
  }

  /** Carries a call out; one with a key that was seen before gets the same answer and has no effect. */
  call(tool: string, args: Json, key: string): { readonly what: string; readonly result: string | undefined } {
    const answered = this.#answers.get(key);
    if (answered !== undefined) return { what: 'repeat', result: answered };
    const step = this.#steps[this.#next];
    if (step === undefined || step.tool !== tool || canonicalText(step.args) !== canonicalText(args))
      return { what: 'unexpected', result: undefined };
    this.#next += 1;
    this.#state = applyPatch(this.#state, step.patch);
    this.#answers.set(key, step.result);
    return { what: step.patch.length === 0 ? 'read' : 'effect', result: step.result };
  }

  /** The hash of the state as it is now. */
  hash(): string {
    return stateHash(this.#state);
  }
}
