/**
 * The simulated model, a process of its own: a rule-based reader of invoices behind the OpenAI Chat Completions API, for
 * use where no real model is configured. It knows nothing but the request. It listens on 127.0.0.1,
 * prints one JSON line `{"ready":true,"port":…,"model":"SIMULATED-…"}` when it does, and ends on SIGTERM or SIGINT at once.
 *
 * Environment (empty counts as unset):
 * - `PORT`: port to listen on, 0 to 65535; default 0, any free one.
 * - `SIMULATED_LATENCY_MS`: wait before every answer in milliseconds, 0 to 600000; default 0. A simulated delay, no measure of anything.
 * - `SIMULATED_ERROR_RATE`: the share of answers that are altered on purpose, 0 to 1; default 0. A simulated fault, no measure
 *   of any real model. Kinds: a wrong digit, a missing part, malformed arguments, a repeated call, a refusal, an instruction of
 *   the document followed. `GET /simulation/errors` lists what was altered, by the `Idempotency-Key` of the request.
 * - `SIMULATED_ERROR_SEED`: which answers, a whole number from 0 to 4294967295; default 0. The same seed and keys err alike.
 */
import type { AddressInfo } from 'node:net';
import { ErringModel } from './erring/erring-model.ts';
import { MODEL_NAME } from './serving/completion.ts';
import { createModelServer } from './serving/model-server.ts';

start();

function start(): void {
  const port = numberFrom('PORT', 65_535);
  const latencyMs = numberFrom('SIMULATED_LATENCY_MS', 600_000);
  const rate = shareFrom('SIMULATED_ERROR_RATE');
  const seed = numberFrom('SIMULATED_ERROR_SEED', 4_294_967_295);
  if (port === undefined || latencyMs === undefined || rate === undefined || seed === undefined) return;
  const server = createModelServer({ latencyMs, erring: new ErringModel({ rate, seed }) });
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

function shareFrom(name: string): number | undefined {
  const text = process.env[name] || '0';
  const share = Number(text);
  if (/^\d*\.?\d+$/.test(text) && share <= 1) return share;
  giveUp(`${name} is '${text}', but must be a number from 0 to 1.`, 2);
  return undefined;
}

function giveUp(sentence: string, exitCode: number): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = exitCode;
}
