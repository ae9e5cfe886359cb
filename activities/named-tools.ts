import { JobError } from '../domain/errors.ts';
import type { Agent } from '../jobs/agent.ts';
import { aliasesOf } from '../jobs/tool-aliases.ts';
import type { Tool } from '../jobs/tool.ts';
import type { Tools } from '../jobs/verifier.ts';

/** A tool with the name that a model knows it by. */
export interface NamedTool {
  readonly alias: string;
  readonly tool: Tool;
}

// Declarations never change once made, and every call asks for these.
const aliases = new WeakMap<Tools, ReadonlyMap<string, string>>();

/** The name under which a model knows a tool of an agent, or a step path one of a verifier. */
export function aliasOf(tools: Tools, tool: Tool): string {
  const known = aliases.get(tools) ?? aliasesOf(Object.values(tools).map(({ name }) => name));
  aliases.set(tools, known);
  return known.get(tool.name) ?? tool.name;
}

/**
 * The tools that an agent may call in this run, by its own order: all of them, or those that the workflow names as the manifest
 * does. A name does not depend on what else is left out.
 * @throws JobError `invalid-input` for a name that the agent does not have
 */
export function toolsInRun(
  { name, agent }: { readonly name: string; readonly agent: Agent },
  subset: readonly string[] | undefined,
): readonly NamedTool[] {
  const unknown = subset?.find((one) => !Object.hasOwn(agent.tools, one));
  if (unknown !== undefined) {
    const known = Object.keys(agent.tools).join(', ') || 'none';
    throw new JobError('invalid-input', `The agent "${name}" has no tool "${unknown}" to be given; it has: ${known}.`);
  }
  return Object.entries(agent.tools)
    .filter(([one]) => subset === undefined || subset.includes(one))
    .map(([, tool]) => ({ alias: aliasOf(agent.tools, tool), tool }));
}

/** Tools that the engine adds, which models know by their own names. */
export function asNamed(tools: readonly Tool[]): readonly NamedTool[] {
  return tools.map((tool) => ({ alias: tool.name, tool }));
}
