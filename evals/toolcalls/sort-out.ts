import type { Json } from '../../domain/canonical.ts';
import { sentenceOf } from '../../domain/errors.ts';
import { applyPatch } from '../replay/apply-patch.ts';
import { canonicalText } from '../replay/state-hash.ts';
import { toolProblem } from '../replay/tool-problem.ts';
import type { CaseTool, ReplayCase } from './replay-case.ts';

/** The cases that can be played, and those that are left out, each with why in one sentence. */
export interface SortedOut {
  readonly playable: readonly ReplayCase[];
  readonly leftOut: readonly { readonly case: ReplayCase; readonly why: string }[];
}

// It stands in a line of what an agent is shown, and in the facts of a step.
const ID = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;
const MAX_ID_BYTES = 200;

/** Leaves out the cases that the engine cannot be given, so that each of them fails alone. */
export function sortOut(cases: readonly ReplayCase[]): SortedOut {
  const seen = new Set<string>();
  const playable: ReplayCase[] = [];
  const leftOut: { case: ReplayCase; why: string }[] = [];
  for (const given of cases) {
    const one = { ...given, tools: distinct(given.tools) };
    const why = seen.has(one.id) ? 'Another case has the same id.' : problemOf(one);
    seen.add(one.id);
    if (why === undefined) playable.push(one);
    else leftOut.push({ case: one, why });
  }
  return { playable, leftOut };
}

function problemOf(one: ReplayCase): string | undefined {
  if (!ID.test(one.id) || Buffer.byteLength(one.id) > MAX_ID_BYTES)
    return `Its id is not 1 to ${MAX_ID_BYTES} bytes of printable characters.`;
  const [missing] = one.undeclared;
  if (missing !== undefined)
    return `It uses "${missing}", which the data does not declare in the form of its SOURCE.json.`;
  const names = one.tools.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) return `It has two different tools named ${JSON.stringify(twice)}.`;
  return one.tools.map(toolProblem).find((problem) => problem !== undefined) ?? patchProblem(one);
}

function patchProblem({ of }: ReplayCase): string | undefined {
  if (of.kind !== 'multi-turn') return undefined;
  try {
    const steps = of.task.turns.flatMap(({ trace }) => trace);
    steps.reduce<Json>((state, { patch }) => applyPatch(state, patch), of.task.init_state);
    return undefined;
  } catch (error) {
    return `Its trace cannot be replayed: ${sentenceOf(error)}`;
  }
}

/** A tool that is named twice with one declaration is one tool. */
function distinct(tools: readonly CaseTool[]): readonly CaseTool[] {
  const seen = new Set<string>();
  return tools.filter(({ name, description, parameters }) => {
    const text = canonicalText([name, description, parameters]);
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
