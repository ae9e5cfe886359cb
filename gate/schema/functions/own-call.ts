/**
 * SQL: whether a call is its run's own. What a fork copied becomes so once the fork itself doubts it or has it repeated: whatever
 * changes a copy keeps the moment of it.
 */
export function sqlOwnCall(call: string): string {
  return `(${call}.copied_from is null or exists (select from gate.call_moment m
          where m.tenant = ${call}.tenant and m.run_id = ${call}.run_id and m.call_key = ${call}.call_key))`;
}
