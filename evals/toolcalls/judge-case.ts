import type { Json } from '../../domain/canonical.ts';
import type { LedgerEntry } from '../replay/effects-ledger.ts';
import { canonicalText } from '../replay/state-hash.ts';
import type { BfclCase, InvalidCall, MultiTurnTask, TraceStep } from './data.ts';
import type { ReplayCase } from './replay-case.ts';
import type { ToolcallsFigures } from './report.ts';
import type { Seen } from './seen.ts';

/** What is known of a case once its run has ended. */
export interface RunOfCase {
  readonly case: ReplayCase;
  /** How its run ended: `completed`, or why it did not. */
  readonly end: string;
  /** What reached the tool server, in order. */
  readonly requests: readonly LedgerEntry[];
  /** What the oracle saw in each request. */
  readonly seen: readonly Seen[];
  /** The hash of its state at the tool server, for a conversation. */
  readonly sha256: string | undefined;
}

/** What a case adds to the figures, and what is wrong with it. */
export interface Judged {
  readonly figures: Partial<ToolcallsFigures>;
  readonly wrong: readonly string[];
}

/** Judges a case by what its services saw, not by what the engine says of itself. */
export function judgeCase(run: RunOfCase): Judged {
  const { of } = run.case;
  const judged = of.kind === 'multi-turn' ? judgeConversation(run, of.task) : judgeQuestion(run, of.case);
  return run.end === 'completed' ? judged : { ...judged, wrong: [`its run ended ${run.end}`, ...judged.wrong] };
}

function judgeQuestion(run: RunOfCase, { calls, invalid }: BfclCase): Judged {
  if (calls.length + invalid.length === 0) {
    const dispatched = run.requests.length === 0 ? 0 : 1;
    const wrong = dispatched === 0 ? [] : [`${run.requests.length} requests where no tool helps`];
    return { figures: { irrelevant: 1, irrelevantDispatched: dispatched }, wrong };
  }
  const valid = calls.filter((call) => call.valid);
  const left = run.requests.map((request) => textOf(request.tool, request.arguments));
  const dispatched = valid.filter((call) => taken(left, textOf(call.name, call.arguments)));
  const first = calls.length === 0 ? 0 : 1;
  const refused = [
    ...calls.flatMap((call, place) => (call.valid ? [] : [problemOf(run, { answered: 1, place })])),
    ...invalid.map((call, index) => problemOf(run, { answered: first + index + 1, place: 0 }, call)),
  ];
  const wrong = [
    ...(dispatched.length === valid.length ? [] : [`${valid.length - dispatched.length} valid calls not dispatched`]),
    ...left.map((request) => `dispatched beyond the valid calls: ${request}`),
    ...refused.filter((problem) => problem !== undefined),
  ];
  const right = refused.filter((problem) => problem === undefined).length;
  return {
    figures: {
      validCalls: valid.length,
      validDispatched: dispatched.length,
      invalidCalls: refused.length,
      // A request too many may be any of them.
      invalidRefused: Math.max(0, right - left.length),
    },
    wrong,
  };
}

function judgeConversation(run: RunOfCase, task: MultiTurnTask): Judged {
  const steps = task.turns.flatMap(({ trace }) => trace);
  const asked = run.requests.map((request) => textOf(request.tool, request.arguments));
  const expected = steps.map((step: TraceStep) => textOf(step.tool, step.args));
  const same = asked.length === expected.length && asked.every((text, place) => text === expected[place]);
  const strange = run.requests.filter(({ what }) => what === 'unexpected' || what === 'repeat').length;
  const reached = run.sha256 === task.final_sha256 && same && strange === 0;
  const wrong = reached ? [] : [`${asked.length} requests for ${expected.length} steps, its state is ${run.sha256}`];
  return { figures: { multiTurn: 1, multiTurnReached: reached ? 1 : 0 }, wrong };
}

/** What is wrong with how a call was refused; `undefined` when the model was told an error that it can use. */
function problemOf(
  { seen }: RunOfCase,
  { answered, place }: { answered: number; place: number },
  call?: InvalidCall,
): string | undefined {
  const told = seen.findLast((one) => one.answered === answered)?.results[place];
  const name = call === undefined ? `invalid call ${place}` : call.kind;
  if (told === undefined) return `${name}: the model was told nothing`;
  const error = errorIn(told);
  if (error === undefined) return `${name}: the model was told no error, but ${told.slice(0, 100)}`;
  const field = call?.at?.split(/[.[]/)[0];
  if (field !== undefined && !error.includes(field)) return `${name}: the error does not name "${field}": ${error}`;
  return error.includes('Nothing was done')
    ? undefined
    : `${name}: the error does not say that nothing was done: ${error}`;
}

function errorIn(told: string): string | undefined {
  try {
    const value: unknown = JSON.parse(told);
    return typeof value === 'object' && value !== null && 'error' in value ? String(value.error) : undefined;
  } catch {
    return undefined;
  }
}

/** Takes one text out of a list; whether it was there. */
function taken(left: string[], text: string): boolean {
  const place = left.indexOf(text);
  if (place >= 0) left.splice(place, 1);
  return place >= 0;
}

function textOf(tool: string, args: Json): string {
  return `${tool} ${canonicalText(args)}`;
}
