import { hash } from 'node:crypto';
import { JobError } from '../../domain/errors.ts';
import type { BfclCase, MultiTurnTask, ToolcallsData, ToolOfData } from './data.ts';

/** A tool of a case: what the data declares, and whether it changes something. */
export interface CaseTool extends ToolOfData {
  /** Names the declaration: two tools of one name may differ in it. */
  readonly id: string;
  readonly effect: 'read' | 'write';
}

/** One run of the evaluation. */
export interface ReplayCase {
  readonly id: string;
  readonly tools: readonly CaseTool[];
  /** What the user says, one text for each agent step. */
  readonly users: readonly string[];
  readonly of:
    | { readonly kind: 'calls' | 'irrelevance'; readonly case: BfclCase }
    | { readonly kind: 'multi-turn'; readonly task: MultiTurnTask };
}

/** Which cases are taken: the first of each kind in an order that the seed decides. */
export interface Selection {
  readonly seed: number;
  readonly limit: number;
}

/**
 * The cases of the data: single questions, questions that no tool answers, and conversations.
 * @throws JobError `invalid-input` when a case names a tool that the data does not declare
 */
export function casesOf(data: ToolcallsData, { seed, limit }: Selection): readonly ReplayCase[] {
  const { bfcl, multiTurn } = data;
  const single = bfcl.cases.map((one) => singleCase(one, bfcl.tools));
  const changing = new Set(
    multiTurn.tasks.flatMap(({ turns }) =>
      turns.flatMap(({ trace }) => trace.filter((step) => step.patch.length > 0).map((step) => step.tool)),
    ),
  );
  const conversations = multiTurn.tasks.map((task) => conversation(task, multiTurn.apis, changing));
  const all = [...single, ...conversations];
  return (['calls', 'irrelevance', 'multi-turn'] as const).flatMap((kind) =>
    all
      .filter((one) => one.of.kind === kind)
      .toSorted((one, other) => orderOf(one.id, seed).localeCompare(orderOf(other.id, seed)))
      .slice(0, limit),
  );
}

function singleCase(one: BfclCase, declared: ToolcallsData['bfcl']['tools']): ReplayCase {
  const tools = one.tools.map((id): CaseTool => {
    const tool = declared[id];
    if (tool === undefined) throw undeclared(one.id, id);
    return { ...tool, id, effect: 'read' };
  });
  const kind = one.calls.length === 0 && one.invalid.length === 0 ? 'irrelevance' : 'calls';
  return { id: one.id, tools, users: [one.user], of: { kind, case: one } };
}

// What changes the state in any trace of the data is a write wherever it is called.
function conversation(
  task: MultiTurnTask,
  apis: ToolcallsData['multiTurn']['apis'],
  changing: ReadonlySet<string>,
): ReplayCase {
  const tools = task.apis.flatMap((api) => {
    const declared = apis[api];
    if (declared === undefined) throw undeclared(task.id, api);
    return declared.map((tool): CaseTool => {
      const effect = changing.has(tool.name) ? 'write' : 'read';
      return { ...tool, id: `${api}/${tool.name}`, effect };
    });
  });
  return {
    id: task.id,
    tools: tools.filter((tool) => !task.excluded_tools.includes(tool.name)),
    users: task.turns.map(({ user }) => user),
    of: { kind: 'multi-turn', task },
  };
}

function orderOf(id: string, seed: number): string {
  return hash('sha256', `${seed} ${id}`, 'hex');
}

function undeclared(id: string, what: string): JobError {
  return new JobError('invalid-input', `The case "${id}" of the data uses "${what}", which the data does not declare.`);
}
