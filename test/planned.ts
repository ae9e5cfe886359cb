/** What the product will promise: not kept yet, and cited by nothing. */
export const PLANNED: Readonly<Record<string, string>> = {
  'stop.fence': 'After a stop is engaged no new effect starts, also after a restart.',
  'stop.fast': 'The last effect after a stop reaches its receiver within a second.',
  'approval.bound': 'An approval altered by one byte executes nothing.',
  'approval.holds-no-worker': 'Waiting a month for a person holds no worker.',
  'budget.kept': 'Workers that share a budget overspend it by at most one reserved call.',
  'policy.default-deny': 'What no policy allows is denied, and the denial names the rule.',
  'audit.complete': 'There are as many audit records as effects at the receivers.',
  'audit.tampering-shows': 'Every altered, removed or moved audit record is found offline.',
  'permit.late-calls-refused': 'A receiver that checks permits refuses late, altered and reused calls by itself.',
  'injection.no-effect': 'A model that obeys its attacker causes no effect that was not authorised.',
  'injection.benign-finishes': 'Jobs that are not attacked finish with few questions to people.',
  'first-run.quarter-hour': 'A clean machine has a governed, approved and audited run within 15 minutes.',
};
