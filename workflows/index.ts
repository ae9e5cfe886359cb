export { failRun } from './fail-run.ts';
export { governed } from './plain/governed.ts';
export type { GovernedOptions, GovernedStep, GovernedSteps, NamedGovernedStep } from './plain/governed.ts';
export { sleepUntil } from './sleep-until.ts';
export type { SleepUntilOptions } from './sleep-until.ts';
export { waitForSignal } from './wait-for-signal.ts';
export type { DeliveredSignal, WaitForSignalOptions } from './wait-for-signal.ts';
export { workflow } from './workflow.ts';
export type { JobWorkflow } from './workflow.ts';
