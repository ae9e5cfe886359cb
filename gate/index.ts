export type { CallAnswer } from './answer-call.ts';
export type { Adapter, Call, Settlement } from './call.ts';
export type { Gate, GateOptions } from './gate.ts';
export type { KillPoint } from './kill-points.ts';
export type { CallState } from './ledger.ts';
export { openGate } from './open-gate.ts';
export type { SendContext } from './send-context.ts';
export { SendError } from './send-error.ts';
export type { PlacedMessage } from './transcripts.ts';
