import { readTau2Data } from './data.ts';
import { ENDPOINTS } from './fault-plan.ts';
import { OracleModel } from './oracle.ts';
import { readProcessSettings } from './process-settings.ts';

// The oracle as a process: its endpoints listen on ports of their own, which the ready line tells.
const settings = readProcessSettings(process.env);
const { cases } = await readTau2Data(settings);
const oracle = new OracleModel({ cases, plan: { seed: settings.seed, rate: settings.rate } });
const ports = await Promise.all(ENDPOINTS.map(async (name) => (await oracle.serve(name)).port));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
process.stdout.write(`${JSON.stringify({ ready: true, ports })}\n`);
