/** A case that went otherwise than it must. */
export interface Unexpected {
  readonly id: string;
  readonly why: string;
}

/** What cases came to. */
export interface ToolcallsFigures {
  readonly validCalls: number;
  /** Those that reached the tool server once, with exactly their arguments. */
  readonly validDispatched: number;
  readonly invalidCalls: number;
  /** Those that reached no tool, and about which the model was told what is wrong. */
  readonly invalidRefused: number;
  /** Cases that no tool helps with. */
  readonly irrelevant: number;
  /** Those of them with any request. */
  readonly irrelevantDispatched: number;
  /** Conversations. */
  readonly multiTurn: number;
  /** Those whose state at the tool server has the recorded hash. */
  readonly multiTurnReached: number;
}

/** The result of `eval toolcalls`; the keys stay. */
export interface ToolcallsReport extends ToolcallsFigures {
  /** Requests that came again under their key, from a worker that was late; 0 on a quiet machine. */
  readonly repeatedRequests: number;
  readonly wallMs: number;
  readonly unexpected: readonly Unexpected[];
}

const WIDTH = 22;

/** A report as people read it, ending with a line break. */
export function toolcallsTable({ unexpected, ...figures }: ToolcallsReport): string {
  const rows = Object.entries(figures).map(([name, figure]) => `${name.padEnd(WIDTH)}${String(figure).padStart(7)}`);
  const others = unexpected.map(({ id, why }) => `  ${id}: ${why}`);
  const list = others.length === 0 ? [] : ['', 'went otherwise than it must:', ...others];
  return `${[...rows, ...list].join('\n')}\n`;
}
