export { benchRecovery } from '../job.ts';
