export { prepareBundle } from './bundle.ts';
export { readWorkerSettings, WORKER_SETTINGS } from './settings.ts';
export type { WorkerSettings, WorkerSettingsInput } from './settings.ts';
export { temporalOptions } from './temporal-options.ts';
export { startWorker } from './worker.ts';
export type { RunningWorker, WorkerExtras } from './worker.ts';
