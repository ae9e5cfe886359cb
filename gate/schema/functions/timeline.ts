import { DECLARED_PART } from './read-committed.ts';

/**
 * The moments of a call that its row has no place for. A call's row holds how it was settled last, and that it was verified: all
 * that a call goes through in most runs. Whatever writes over that keeps the moment first.
 */
export const TIMELINE_FUNCTIONS = `
-- Keeps how a call was settled; the caller then clears settled_xid, so that the moment is told once. Only what is committed is
-- judged by verifying or doubting it.
create or replace function gate.keep_settled(before gate.call) returns void ${DECLARED_PART} as $$
begin
  if before.settled_at is null or before.settled_xid is null then
    return;
  end if;
  insert into gate.call_moment (tenant, run_id, call_key, kind, state, takeovers, sentence, input_tokens, output_tokens, at, xid)
    values (before.tenant, before.run_id, before.call_key, 'settled',
      case when before.judged_at is null then before.state else 'committed' end,
      before.takeovers, before.sentence, before.input_tokens, before.output_tokens, before.settled_at, before.settled_xid);
end $$;

-- Keeps what a call has just been judged to be.
create or replace function gate.keep_judged(judged gate.call) returns void ${DECLARED_PART} as $$
begin
  insert into gate.call_moment (tenant, run_id, call_key, kind, state, takeovers, sentence, input_tokens, output_tokens)
    values (judged.tenant, judged.run_id, judged.call_key, 'judged', judged.state, judged.takeovers, judged.sentence,
      judged.input_tokens, judged.output_tokens);
end $$;
`;
