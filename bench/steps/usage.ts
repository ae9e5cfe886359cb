import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** CPU time that was used, in milliseconds. Where there is no `/proc` all of it reads 0. */
export interface Usage {
  /** By the workers that are measured. */
  readonly workers: number;
  /** By the Temporal server. */
  readonly server: number;
  /** By PostgreSQL with all its processes. */
  readonly database: number;
  /** By everything on the machine. */
  readonly machine: number;
}

/** Whose CPU time is read. */
export interface Watched {
  readonly workers: readonly number[];
  readonly server: number;
  readonly database: number;
}

// Linux counts in hundredths of a second for every program, whatever its own clock does.
const TICK_MS = 10;
const PARENT_FIELD = 1;
const USER_FIELD = 11;
const SYSTEM_FIELD = 12;
const IDLE_COLUMNS = [4, 5];

/** What the watched processes have used since they began. */
export function readUsage(watched: Watched): Usage {
  if (!existsSync('/proc/self/stat')) return { workers: 0, server: 0, database: 0, machine: 0 };
  const backends = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && fieldsOf(name)[PARENT_FIELD] === String(watched.database));
  return {
    workers: sum(watched.workers.map((pid) => cpuMs(String(pid)))),
    server: cpuMs(String(watched.server)),
    database: sum([String(watched.database), ...backends].map(cpuMs)),
    machine: machineMs(),
  };
}

/** What was used in between. */
export function usageBetween(before: Usage, after: Usage): Usage {
  return {
    workers: after.workers - before.workers,
    server: after.server - before.server,
    database: after.database - before.database,
    machine: after.machine - before.machine,
  };
}

function cpuMs(pid: string): number {
  const fields = fieldsOf(pid);
  return (Number(fields[USER_FIELD] ?? 0) + Number(fields[SYSTEM_FIELD] ?? 0)) * TICK_MS;
}

// Counted from the state, which follows the name in brackets: only there may other spaces stand.
function fieldsOf(pid: string): readonly string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

function machineMs(): number {
  const [first = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
  const columns = first.trim().split(/\s+/).map(Number);
  return sum(columns.slice(1, 9).filter((_, index) => !IDLE_COLUMNS.includes(index + 1))) * TICK_MS;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
