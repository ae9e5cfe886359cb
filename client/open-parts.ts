import { PART_WORKFLOW } from '../domain/part-id.ts';
import type { Described } from './sweep/describe-workflow.ts';

// As many as a map has under way by default. What is stuck is soon among the oldest, where every look finds the same ones.
const MOST = 10;

/** The Workflow Ids of the parts that a run, or a part of one, has open: of many the oldest. */
export function openPartsOf({ pendingChildren }: Pick<Described, 'pendingChildren'>): readonly string[] {
  const parts = (pendingChildren ?? []).filter(({ workflowTypeName: type }) => type === PART_WORKFLOW);
  const oldest = parts.toSorted((one, other) => Number(one.initiatedId ?? 0) - Number(other.initiatedId ?? 0));
  return oldest.slice(0, MOST).flatMap(({ workflowId }) => workflowId ?? []);
}
