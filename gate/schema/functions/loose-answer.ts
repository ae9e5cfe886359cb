/** SQL: whether a decision is an answer about a call that its run does not ask about; a call worker brings it to the ledger. */
export function sqlLooseAnswer(decision: string, run: string): string {
  return `(${decision}.kind = 'answer' and (${run}.closed_at is not null or ${run}.job like 'plain-%' and ${run}.waiting_for is null)
        and exists (select from gate.call c
          where c.tenant = ${decision}.tenant and c.run_id = ${decision}.run_id and c.step_path = ${decision}.name
            and (c.state = 'unknown' or c.decision_id = ${decision}.decision_id)))`;
}
