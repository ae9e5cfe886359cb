import type { Case } from './data.ts';
import { type AskedOfDesk, DeskCase, type Meaning } from './desk-case.ts';
import type { DeskEntry, DeskLedger } from './desk-ledger.ts';
import { type FaultPlan, type ToolFault, toolFaultAt } from './fault-plan.ts';
import type { ToolsMode } from './options.ts';

/** A request that reached the desk. */
export interface DeskRequest extends AskedOfDesk {
  readonly case: string;
  /** The Idempotency-Key; empty without one. */
  readonly key: string;
}

/** What a call was answered, or would have been. */
export interface DeskAnswer {
  readonly ok: boolean;
  readonly result: string;
}

/** How a request goes on. */
export type Handling =
  | { readonly kind: 'answer'; readonly answer: DeskAnswer; readonly fault?: ToolFault }
  /** The first request with this key is at work still. */
  | { readonly kind: 'busy' }
  /** Nothing took place, and no answer comes. */
  | { readonly kind: 'swallowed' }
  /** It takes place when `finish` is called, which gives the answer. */
  | { readonly kind: 'slow'; readonly finish: () => DeskAnswer };

/** What the desk knows of an earlier call, for who asks. */
export type Known =
  | { readonly kind: 'done'; readonly answer: DeskAnswer; readonly position: number | undefined }
  | { readonly kind: 'at-work' }
  | { readonly kind: 'nothing' };

/** What a desk is opened with. */
export interface DeskOptions {
  readonly cases: readonly Case[];
  readonly mode: ToolsMode;
  readonly plan: FaultPlan;
  /** What an earlier process did stands in it, and is taken as done. */
  readonly ledger: DeskLedger;
}

/** Replays recorded tool calls: one state for each task, one line in the ledger for each request, faults by a plan. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #cases: ReadonlyMap<string, DeskCase>;
  readonly #answers = new Map<string, { answer: DeskAnswer; position: number | undefined }>();
  readonly #atWork = new Set<string>();
  readonly #faulted = new Set<string>();

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#cases = new Map(options.cases.map((one) => [one.name, new DeskCase(one)]));
    for (const entry of options.ledger.entries()) this.#again(entry);
  }

  /** The state of a case. @throws Error for a case that there is none of */
  caseOf(name: string): DeskCase {
    const found = this.#cases.get(name);
    if (found === undefined) throw new Error(`There is no case "${name}".`);
    return found;
  }

  /** Takes a request: writes it down, has it take place unless a fault keeps it from that, and says how to go on. */
  take(request: DeskRequest): Handling {
    const { mode } = this.#options;
    if (mode === 'key-aware' && request.key !== '') {
      if (this.#atWork.has(workOf(request))) {
        this.#write(request, { deed: 'at-work' });
        return { kind: 'busy' };
      }
      const stored = this.#answers.get(workOf(request));
      if (stored !== undefined) {
        this.#write(request, { deed: 'stored', ...placed(stored.position) });
        return { kind: 'answer', answer: stored.answer };
      }
    }
    const meaning = this.caseOf(request.case).meaningOf(request);
    const fault = this.#faultOf(request, meaning);
    const place = placed(meaning.position);
    if (fault === 'timeout-before-effect') {
      this.#write(request, { deed: 'nothing', fault, ...place });
      return { kind: 'swallowed' };
    }
    if (fault === 'slower-than-deadline') {
      this.#write(request, { deed: 'at-work', fault, ...place });
      this.#atWork.add(workOf(request));
      return { kind: 'slow', finish: () => this.#finish(request) };
    }
    return { kind: 'answer', answer: this.#do(request, meaning, fault), ...(fault === undefined ? {} : { fault }) };
  }

  /** What an earlier request with this key came to. */
  known(request: Pick<DeskRequest, 'case' | 'tool' | 'key'>): Known {
    if (this.#atWork.has(workOf(request))) return { kind: 'at-work' };
    const found = this.#answers.get(workOf(request));
    return found === undefined ? { kind: 'nothing' } : { kind: 'done', ...found };
  }

  #finish(request: DeskRequest): DeskAnswer {
    this.#atWork.delete(workOf(request));
    return this.#do(request, this.caseOf(request.case).meaningOf(request), undefined);
  }

  #do(request: DeskRequest, meaning: Meaning, fault: ToolFault | undefined): DeskAnswer {
    const { deed, position } = meaning;
    this.#again(
      this.#write(request, { deed, ...placed(position), ...(fault === undefined ? {} : { fault }) }),
      meaning,
    );
    return { ok: meaning.ok, result: meaning.result };
  }

  // Once for each recorded call, however often it is asked for.
  #faultOf(request: DeskRequest, { deed, position }: Meaning): ToolFault | undefined {
    if (deed !== 'step' || position === undefined) return undefined;
    if (this.#faulted.has(placeOf(request.case, position))) return undefined;
    return toolFaultAt(this.#options.plan, this.caseOf(request.case).case.id, position);
  }

  #write(request: DeskRequest, what: Pick<DeskEntry, 'deed' | 'position' | 'fault'>): DeskEntry {
    const { case: name, tool, args, key } = request;
    const entry = this.#options.ledger.append({ case: name, tool, args, key, ...what });
    this.#noteFault(entry);
    return entry;
  }

  #noteFault({ fault, position, case: name }: DeskEntry): void {
    if (fault !== undefined && position !== undefined) this.#faulted.add(placeOf(name, position));
  }

  // Also for what stands in the ledger of an earlier process: then its meaning is what it was, since the order is the same.
  #again(entry: DeskEntry, meaning: Meaning = this.caseOf(entry.case).meaningOf(entry)): void {
    this.#noteFault(entry);
    if (entry.deed === 'stored' || entry.deed === 'at-work' || entry.deed === 'nothing') return;
    this.caseOf(entry.case).carryOut(entry);
    const { ok, result, position } = meaning;
    if (entry.key !== '') this.#answers.set(workOf(entry), { answer: { ok, result }, position });
  }
}

function workOf({ case: name, key }: Pick<DeskRequest, 'case' | 'key'>): string {
  return `${name} ${key}`;
}

function placeOf(name: string, position: number): string {
  return `${name} ${position}`;
}

function placed(position: number | undefined): { position?: number } {
  return position === undefined ? {} : { position };
}
