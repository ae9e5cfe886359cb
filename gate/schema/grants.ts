const GATE_FUNCTIONS = [
  'open_lease',
  'renew_lease',
  'close_lease',
  'claim',
  'mark_sent',
  'settle',
  'release',
  'verify',
  'doubt',
  'answer_call',
  'put_blob',
  'append_messages',
  'note_status',
  'close_run',
  'enter_run',
  'enter_child_run',
  'cool_endpoint',
  'ask_endpoint',
  'cooling_endpoints',
  'endpoint_answered',
  'readmit_endpoints',
  'take_leftovers',
  'settle_leftover',
  'loose_answers',
  'mark_delivered',
  'drop_decision',
];

const CLIENT_FUNCTIONS = [
  'put_blob',
  'enter_run',
  'fork_run',
  'mark_started',
  'mark_start_failed',
  'mark_delivered',
  'issue_token',
  'use_token',
  'revoke_token',
  'take_once',
  'take_delivery',
  'settle_delivery',
  'next_quiet_runs',
  'take_decisions',
  'drop_decision',
  'repair_run',
  'raise_alarm',
  'clear_alarm',
  'clear_settled_alarms',
  'purge',
  'end_sweep',
];

const SHOWN_OF_CALL = [
  'tenant',
  'call_key',
  'run_id',
  'step_path',
  'name',
  'effect',
  'class',
  'system',
  'args_ref',
  'facts',
  'state',
  'takeovers',
  'result',
  'status',
  'sentence',
  'input_tokens',
  'output_tokens',
  'claimed_at',
  'sent_at',
  'settled_at',
  'decision_id',
  'claimed_xid',
  'settled_xid',
  'judged_at',
  'judged_xid',
  'identity',
  'holds',
  'exposed_at',
  'copied_from',
  'edited_by',
];

const execute = (role: string, names: readonly string[]): string =>
  names.map((name) => `grant execute on function gate.${name} to ${role};`).join('\n');

/**
 * Who may do what. The gate's role executes functions and reads; it writes no table by itself. The client's role enters
 * runs with their definitions (never their progress), tokens, and what is taken once by functions and decisions by itself, and
 * reads what people are shown. It alone reads the digests of tokens. The sweeps act by it: they deliver what is stored, raise alarms,
 * and end the row of a run that Temporal has no longer.
 */
export const GRANTS = `
revoke all on all functions in schema gate from public;
alter default privileges revoke execute on functions from public;
grant usage on schema gate to holdfast_gate, holdfast_client;

grant select on gate.blob, gate.definition, gate.run, gate.call, gate.transcript, gate.worker_lease to holdfast_gate;
${execute('holdfast_gate', GATE_FUNCTIONS)}

grant select on gate.blob, gate.definition, gate.run, gate.transcript, gate.decision, gate.run_note, gate.call_moment, gate.api_token,
  gate.fork, gate.alarm, gate.sweep to holdfast_client;
grant select (${SHOWN_OF_CALL.join(', ')}) on gate.call to holdfast_client;
grant insert (tenant, run_id, decision_id, kind, name, payload, actor) on gate.decision to holdfast_client;
${execute('holdfast_client', CLIENT_FUNCTIONS)}
`;
