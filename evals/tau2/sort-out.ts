import type { Json } from '../../domain/canonical.ts';
import { sentenceOf } from '../../domain/errors.ts';
import { applyPatch } from '../replay/apply-patch.ts';
import { fittingParts } from '../replay/fitting-parts.ts';
import { canonicalText } from '../replay/state-hash.ts';
import { toolProblem } from '../replay/tool-problem.ts';
import type { Domain, Task } from './data.ts';
import { RecordedTool } from './recorded-tool.ts';

/** The tools of a domain that a job can have, and why it cannot have the others. */
export function playableTools(declared: readonly unknown[]): Pick<Domain, 'tools' | 'withoutTools'> {
  const { fitting, odd } = fittingParts(RecordedTool, declared, 'tool');
  const withoutTools = new Map(odd.map(({ id, why }) => [id, `The ${id} cannot be offered: ${why}`]));
  const tools: RecordedTool[] = [];
  for (const [name, [first, ...others]] of Map.groupBy(fitting, (tool) => tool.openai.function.name)) {
    if (first === undefined) continue;
    const isOne = others.every((other) => declarationOf(other) === declarationOf(first));
    const problem = isOne ? toolProblem(first.openai.function) : `There are two different tools named "${name}".`;
    if (problem === undefined) tools.push(first);
    else withoutTools.set(name, problem);
  }
  return { tools, withoutTools };
}

function declarationOf({ mutates, openai }: RecordedTool): string {
  const { description, parameters } = openai.function;
  return canonicalText([mutates, description, parameters]);
}

/** Why a task cannot be played, in one sentence; `undefined` for one that can. */
export function taskProblem(name: string, domain: Domain | undefined, task: Task): string | undefined {
  if (domain === undefined)
    return `It is of "${name}", and no file has its database and tools; name their folder with --base DIR.`;
  const offered = new Set(domain.tools.map((tool) => tool.openai.function.name));
  const missing = task.trace.find(({ tool }) => !offered.has(tool))?.tool;
  if (missing !== undefined)
    return domain.withoutTools.get(missing) ?? `It calls "${missing}", which the data does not declare.`;
  return patchProblem(domain, task);
}

function patchProblem({ db }: Domain, { init_patch, trace }: Task): string | undefined {
  try {
    const patches = [init_patch, ...trace.map(({ patch }) => patch)];
    patches.reduce<Json>((state, patch) => applyPatch(state, patch ?? []), db);
    return undefined;
  } catch (error) {
    return `Its trace cannot be replayed: ${sentenceOf(error)}`;
  }
}
