import { ANSWERS_TO, type QuestionKind } from '../domain/answer.ts';
import { GivenAnswers } from './given-answers.ts';
import type { AnswerInput, OpenQuestion } from './messages.ts';

/** A question that is open somewhere, and who has answered it already. */
export interface AskedQuestion extends OpenQuestion {
  readonly answeredBy?: string | undefined;
}

/** The questions of a run to people, and what was answered. */
export class Questions {
  readonly given = new GivenAnswers();
  readonly #open = new Map<string, { readonly kind: QuestionKind; answer: AnswerInput | undefined }>();
  readonly #answered = new Set<string>();

  /** Opens a question; what it gives tells the answer, once there is one, or at once where it was answered before. */
  ask(name: string, kind: QuestionKind, answer?: AnswerInput): () => AnswerInput | undefined {
    const question: { kind: QuestionKind; answer: AnswerInput | undefined } = { kind, answer };
    if (answer !== undefined) this.#answered.add(answer.id);
    this.#open.set(name, question);
    return () => question.answer;
  }

  /** Closes a question. */
  forget(name: string): void {
    this.#open.delete(name);
  }

  /** Every open question of its own. */
  get open(): readonly AskedQuestion[] {
    return [...this.#open].map(([name, { kind, answer }]) => ({ name, kind, answeredBy: answer?.actor }));
  }

  /** Why an answer cannot be taken, in one sentence; `undefined` when it can. */
  refusalOf({ question: name, id, answer }: AnswerInput, ofParts: readonly AskedQuestion[]): string | undefined {
    if (this.#answered.has(id)) return undefined;
    const all = [...this.open, ...ofParts];
    const question = all.find((one) => one.name === name);
    if (question === undefined) {
      const open = all.map((known) => `"${known.name}"`).join(', ') || 'none';
      return `The run asks nothing by the name "${name}"; open are: ${open}.`;
    }
    if (question.answeredBy !== undefined) return `"${name}" was answered by ${question.answeredBy} already.`;
    const kinds = ANSWERS_TO[question.kind];
    return kinds.includes(answer.kind)
      ? undefined
      : `"${name}" takes the answers ${kinds.join(' and ')}, not ${answer.kind}.`;
  }

  /** Takes an answer; the second delivery of one changes nothing. What nobody asks here is left to `otherwise`. */
  answer(given: AnswerInput, otherwise: (given: AnswerInput) => void): void {
    // One that was taken before must not answer the next question of the same name.
    if (this.#answered.has(given.id)) return;
    this.#answered.add(given.id);
    const question = this.#open.get(given.question);
    if (question === undefined) otherwise(given);
    else question.answer ??= given;
  }
}
