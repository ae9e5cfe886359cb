export { closeRehearsals, rehearse } from './rehearse.ts';
export type {
  Effect,
  GivenAnswerTo,
  GivenSignal,
  KillAt,
  ReceivedRequest,
  Receiver,
  ReceiverAnswer,
  Rehearsed,
  RehearseOptions,
} from './options.ts';
export type { AgentScript, AskedTurn, ModelFailure, Script, ScriptedCall, ScriptedTurn } from './script.ts';
export type { KillPoint } from '../gate/kill-points.ts';
