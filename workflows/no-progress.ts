import { patched } from '@temporalio/workflow';
import type { PlannedCall } from '../domain/planned-call.ts';
import type { AgentToolResult } from '../activities/types.ts';
import type { AgentLoop } from './agent-loop.ts';
import { failRun } from './fail-run.ts';
import type { Said } from './seen-answers.ts';

const MAX_SAME = 3;
// Open runs of versions that counted reads over the whole agent end as they did.
const READS_COUNT_ANEW = 'reads-count-anew';

/**
 * Counts a call with its answer, and ends the run at the third of the same. An effect that was carried out with an answer not seen
 * before is progress: what was read before it may be read again. Effects are counted on, so that two in turn make no endless loop.
 */
export function noteResult(loop: AgentLoop, call: PlannedCall | undefined, { kind, ref }: AgentToolResult): void {
  if (call === undefined) return;
  const { tool, digest, changes = false } = call;
  const count = note(loop, { what: `${tool} ${digest} ${ref}`, isRead: !changes }, tool);
  if (changes && kind === 'done' && count === 1) loop.seen.forgetReads();
}

/** The same of what was said without success, which is `<tool> <digest>`; the name may have spaces. */
export function noteFailed(loop: AgentLoop, digests: readonly string[] = []): void {
  for (const what of digests) note(loop, { what, isRead: false }, what.slice(0, what.lastIndexOf(' ')));
}

/** How often that was so; 0 when it was counted for the current answer already. */
function note(loop: AgentLoop, said: Said, tool: string): number {
  if (loop.seenNow.has(said.what)) return 0;
  loop.seenNow.add(said.what);
  const { ever, lately } = loop.seen.count(said);
  const [before, now] = [ever >= MAX_SAME, lately >= MAX_SAME];
  // Asked for last: an answer of it stands in the history.
  const ends = before !== now && patched(READS_COUNT_ANEW) ? now : before;
  if (!ends) return lately;
  return failRun(
    'no-progress',
    `The agent "${loop.name}" asked the same of "${tool}" ${MAX_SAME} times and got the same answer; it makes no progress.`,
  );
}
