/** Words of the sentence about a call whose receiver refused a later part of it, by which the ledger knows it again. */
export const PART_ACCEPTED = 'after it had accepted an earlier part of';

/** SQL: whether the receiver of a call in doubt took it, or a part of it, so that its not knowing the call proves nothing. */
export function sqlAccepted(call: string): string {
  return `(${call}.result is not null or coalesce(${call}.status between 200 and 299, false)
        or coalesce(${call}.sentence like '%${PART_ACCEPTED}%', false))`;
}
