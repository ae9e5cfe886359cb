export { createClient } from './client.ts';
export type { ClientOptions, HoldfastClient } from './client.ts';
export { HoldfastClientPlugin } from './holdfast-client-plugin.ts';
export type { HoldfastClientPluginOptions } from './holdfast-client-plugin.ts';
export type { AnswerOptions, GivenAnswer } from './answer-question.ts';
export type { DoubtfulCall, ShownQuestion } from './open-question.ts';
export type { ControlOptions, SignalOptions } from './control-run.ts';
export type { ForkEdit } from './edit-fork.ts';
export type { ForkedRun, ForkOptions } from './fork-run.ts';
export type { ListOptions } from './list-runs.ts';
export type { FullDefinition, Overlap, ScheduleDefinition } from './schedules/definition.ts';
export type {
  CreateScheduleOptions,
  ListSchedulesOptions,
  ScheduleOptions,
  Schedules,
  SteerScheduleOptions,
} from './schedules/schedules.ts';
export type { ListedSchedule, SeenOccurrence, SeenSchedule } from './schedules/seen-schedule.ts';
export type { AlarmsOptions, SeenAlarms } from './see-alarms.ts';
export type { ListedRun, SeenRun } from './seen-run.ts';
export type { SweepLimits } from './sweep/sweep-options.ts';
export type { Sweeps, SweepsOptions } from './sweep/sweeps.ts';
export type { MessageRun, MessageStart } from './start-by-message.ts';
export type { StartedRun, StartOptions } from './start-run.ts';
export type { SeenQueue, SeenSystem } from './system.ts';
export type { ViewOptions } from './view-run.ts';
export type { WaitOptions } from './wait-for-end.ts';
export { DEFAULT_TENANT, parseTenant } from '../domain/ids.ts';
export type { Tenant } from '../domain/ids.ts';
export type { Alarm, AlarmKind } from '../domain/alarm.ts';
export type { RunStatus, WaitingFor } from '../domain/run-view.ts';
