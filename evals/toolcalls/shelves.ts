import type { CaseTool, ReplayCase } from './replay-case.ts';

/** The tools of some cases that stand in one job: no two of one name. */
export interface Shelf {
  /** In the order of their first use; the agent has each as `t<place>`. */
  readonly tools: readonly CaseTool[];
  readonly cases: readonly ReplayCase[];
}

// What a run's history holds of its job stays small, and so does what a worker reads of it.
const MOST_TOOLS = 40;

/**
 * Puts each case on the first shelf that has its tools or room for them. A job cannot hold all: names repeat with other
 * declarations, and what is pinned of a job stands in the history of each of its runs.
 */
export function shelvesOf(cases: readonly ReplayCase[]): readonly Shelf[] {
  const shelves: { tools: CaseTool[]; cases: ReplayCase[] }[] = [];
  for (const one of cases) {
    let shelf = shelves.find((candidate) => fits(candidate.tools, one.tools));
    if (shelf === undefined) {
      shelf = { tools: [], cases: [] };
      shelves.push(shelf);
    }
    const { tools } = shelf;
    tools.push(...one.tools.filter((tool) => tools.every((other) => other.id !== tool.id)));
    shelf.cases.push(one);
  }
  return shelves;
}

/** The name of the job that a shelf is. */
export function shelfName(place: number): string {
  return `toolcalls-${place}`;
}

/** The names under which the agent of a shelf has the tools of one of its cases. */
export function placesOf({ tools }: Shelf, one: ReplayCase): readonly string[] {
  return one.tools.map(({ id }) => `t${tools.findIndex((tool) => tool.id === id)}`);
}

// A case that needs more than the bound has a shelf of its own.
function fits(tools: readonly CaseTool[], asked: readonly CaseTool[]): boolean {
  const added = asked.filter(({ id }) => tools.every((other) => other.id !== id));
  if (tools.length > 0 && tools.length + added.length > MOST_TOOLS) return false;
  return added.every(({ name }) => tools.every((other) => other.name !== name));
}
