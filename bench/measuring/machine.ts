import { cpus, loadavg, totalmem, type } from 'node:os';

/** What figures were measured on. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Load average of the last minute, taken when the figures were there: the benchmark's own load is in it. */
  readonly load: number;
}

const GIB = 2 ** 30;

/** This machine. */
export function machineOf(): Machine {
  const [first] = cpus();
  return {
    cores: cpus().length,
    processor: first?.model.trim() ?? '',
    memoryGiB: Math.round(totalmem() / GIB),
    system: type(),
    node: process.version,
    load: Number((loadavg()[0] ?? 0).toFixed(1)),
  };
}
