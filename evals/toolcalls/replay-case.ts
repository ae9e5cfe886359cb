import { hash } from 'node:crypto';
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
  /** What it uses and the data does not declare. */
  readonly undeclared: readonly string[];
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

/** The cases of the data: single questions, questions that no tool answers, and conversations. */
export function casesOf(data: ToolcallsData, { seed, limit }: Selection): readonly ReplayCase[] {
  const { bfcl, multiTurn } = data;
  const declared = new Map(Object.entries(bfcl.tools));
  const single = bfcl.cases.map((one) => singleCase(one, declared));
  const changing = new Set(
    multiTurn.tasks.flatMap(({ turns }) =>
      turns.flatMap(({ trace }) => trace.filter((step) => step.patch.length > 0).map((step) => step.tool)),
    ),
  );
  const apis = new Map(Object.entries(multiTurn.apis));
  const conversations = multiTurn.tasks.map((task) => conversation(task, apis, changing));
  const all = [...single, ...conversations];
  return (['calls', 'irrelevance', 'multi-turn'] as const).flatMap((kind) =>
    all
      .filter((one) => one.of.kind === kind)
      .toSorted((one, other) => orderOf(one.id, seed).localeCompare(orderOf(other.id, seed)))
      .slice(0, limit),
  );
}

function singleCase(one: BfclCase, known: ReadonlyMap<string, ToolOfData>): ReplayCase {
  const tools = one.tools.flatMap((id): CaseTool[] => {
    const tool = known.get(id);
    return tool === undefined ? [] : [{ ...tool, id, effect: 'read' }];
  });
  const undeclared = one.tools.filter((id) => !known.has(id));
  const kind = one.calls.length === 0 && one.invalid.length === 0 ? 'irrelevance' : 'calls';
  return { id: one.id, tools, undeclared, users: [one.user], of: { kind, case: one } };
}

// What changes the state in any trace of the data is a write wherever it is called.
function conversation(
  task: MultiTurnTask,
  known: ReadonlyMap<string, readonly ToolOfData[]>,
  changing: ReadonlySet<string>,
): ReplayCase {
  const tools = task.apis.flatMap((api) =>
    (known.get(api) ?? []).map((tool): CaseTool => {
      const effect = changing.has(tool.name) ? 'write' : 'read';
      return { ...tool, id: `${api}/${tool.name}`, effect };
    }),
  );
  return {
    id: task.id,
    tools: tools.filter((tool) => !task.excluded_tools.includes(tool.name)),
    undeclared: task.apis.filter((api) => !known.has(api)),
    users: task.turns.map(({ user }) => user),
    of: { kind: 'multi-turn', task },
  };
}

function orderOf(id: string, seed: number): string {
  return hash('sha256', `${seed} ${id}`, 'hex');
}
