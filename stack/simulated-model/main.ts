/**
 * The simulated model, a process of its own: a rule-based reader of invoices behind the OpenAI Chat Completions API, for
 * use where no real model is configured. It is stateless and knows nothing but the request. It listens on 127.0.0.1,
 * prints one JSON line `{"ready":true,"port":…,"model":"SIMULATED-…"}` when it does, and ends on SIGTERM or SIGINT at once.
 *
 * Environment (empty counts as unset):
 * - `PORT`: port to listen on, 0 to 65535; default 0, any free one.
 * - `SIMULATED_LATENCY_MS`: wait before every answer in milliseconds, 0 to 600000; default 0. A simulated delay, no measure of anything.
 */
import type { AddressInfo } from 'node:net';
import { MODEL_NAME } from './serving/completion.ts';
import { createModelServer } from './serving/model-server.ts';

start();

function start(): void {
  const port = numberFrom('PORT', 65_535);
  const latencyMs = numberFrom('SIMULATED_LATENCY_MS', 600_000);
  if (port === undefined || latencyMs === undefined) return;
  const server = createModelServer({ latencyMs });
  server.once('error', (error) =>
    giveUp(`The simulated model cannot listen on 127.0.0.1:${port}: ${error.message}.`, 1),
  );
  server.listen(port, '127.0.0.1', () => {
    const { port: bound } = server.address() as AddressInfo;
    process.stdout.write(`${JSON.stringify({ ready: true, port: bound, model: MODEL_NAME })}\n`);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(0));
}

function numberFrom(name: string, most: number): number | undefined {
  const text = process.env[name] || '0';
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  giveUp(`${name} is '${text}', but must be a whole number from 0 to ${most}.`, 2);
  return undefined;
}

function giveUp(sentence: string, exitCode: number): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = exitCode;
}
