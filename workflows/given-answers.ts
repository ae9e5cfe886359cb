import type { AnswerInput } from './messages.ts';

/** What a part hands on of the answers that were taken in work which its next execution begins again. */
export interface HandedAnswers {
  /** Corrections, in the order in which they were given. */
  readonly corrections: readonly AnswerInput[];
  /** How often people have settled what came of a call, by its step path. */
  readonly settled: readonly (readonly [string, number])[];
}

/** The answers that were taken in the work under way: whoever begins it again must not ask people again. */
export class GivenAnswers {
  #handed: AnswerInput[] = [];
  #taken: AnswerInput[] = [];
  #settled = new Map<string, number>();

  /** Goes on with what the execution before has handed on. */
  goOn({ corrections, settled }: HandedAnswers): void {
    this.#handed = [...corrections];
    this.#settled = new Map(settled);
  }

  /** The oldest correction of this name that was handed on and is not taken yet. */
  correctionOf(question: string): AnswerInput | undefined {
    const at = this.#handed.findIndex((given) => given.question === question);
    return at < 0 ? undefined : this.#handed.splice(at, 1)[0];
  }

  /** Keeps an answer that a question has taken; what ends the run needs no keeping. */
  took(given: AnswerInput): void {
    if (given.answer.kind === 'corrected') this.#taken.push(given);
  }

  /** How often people have settled what came of a call. */
  timesSettled(call: string): number {
    return this.#settled.get(call) ?? 0;
  }

  /** Keeps how often that was. */
  settled(call: string, times: number): void {
    this.#settled.set(call, times);
  }

  /** What the next execution must know when it begins the same work again; empty when that is nothing. */
  get handedOn(): { readonly given?: HandedAnswers } {
    const corrections = [...this.#taken, ...this.#handed];
    if (corrections.length === 0 && this.#settled.size === 0) return {};
    return { given: { corrections, settled: [...this.#settled] } };
  }

  /** Forgets what belongs to a call that is done with. */
  doneWith(call: string): void {
    this.#settled.delete(call);
  }

  /** Forgets everything: the work is done, and what comes next is other work. */
  done(): void {
    this.#handed = [];
    this.#taken = [];
    this.#settled.clear();
  }
}
