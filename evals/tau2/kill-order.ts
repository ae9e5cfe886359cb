import { appendFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** At which moment of which call the next worker that comes there is to die. */
export interface KillOrder {
  readonly point: string;
  readonly effects: readonly string[];
}

/** The environment variable that names the file of the order. */
export const KILL_ORDER = 'HOLDFAST_KILL_ORDER';

/** Gives the order; the first worker that comes there takes it. */
export function giveOrder(file: string, order: KillOrder): void {
  const unfinished = `${file}.new`;
  writeFileSync(unfinished, JSON.stringify(order));
  renameSync(unfinished, file);
}

/** Whether an order has been taken. */
export function isTaken(file: string): boolean {
  return !existsSync(file);
}

/** Takes an order back; answers whether it was still there. */
export function takeBack(file: string): boolean {
  const was = existsSync(file);
  rmSync(file, { force: true });
  return was;
}

/** Ends this process by SIGKILL when the order is about this moment. Synchronous: where bytes have just left, only this turn counts. */
export function dieIfOrdered(file: string, point: string, effect: string): void {
  if (!existsSync(file)) return;
  try {
    const order = JSON.parse(readFileSync(file, 'utf8')) as KillOrder;
    if (order.point !== point || !order.effects.includes(effect)) return;
    // One of several takes it.
    renameSync(file, `${file}.${process.pid}`);
  } catch {
    return;
  }
  appendFileSync(`${file}.log`, `${JSON.stringify({ pid: process.pid, point, effect })}\n`);
  process.kill(process.pid, 'SIGKILL');
}
