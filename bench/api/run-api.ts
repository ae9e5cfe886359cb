import type { Latency } from './open-loop.ts';
import { type ApiReport, measureApi } from './measure-api.ts';
import type { ApiOptions } from './options.ts';

/** Runs `bench api` and prints what it found; answers the exit code, 1 when a request failed. */
export async function runApi(options: ApiOptions): Promise<number> {
  const report = await measureApi(options, (line) => process.stderr.write(`bench: ${line}\n`));
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : tableOf(report));
  const { failed } = report.api.list;
  return failed + report.api.show.failed === 0 ? 0 : 1;
}

function tableOf({ runs, ratePerSecond, api, temporal, ratios }: ApiReport): string {
  const line = (label: string, { requests, failed, p50Ms, p99Ms }: Latency): string =>
    `${label.padEnd(22)}${[requests, failed, p50Ms, p99Ms].map((value) => String(value).padStart(10)).join('')}`;
  return `${[
    `${runs} runs, ${ratePerSecond} requests a second`,
    `${''.padEnd(22)}${['requests', 'failed', 'p50 ms', 'p99 ms'].map((value) => value.padStart(10)).join('')}`,
    line('API: list', api.list),
    line('API: show', api.show),
    line('Temporal: list', temporal.list),
    line('Temporal: describe', temporal.show),
    `p99, API by Temporal: list ${ratios.listP99}, show ${ratios.showP99}`,
  ].join('\n')}\n`;
}
