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
  /** The first process of PostgreSQL; the others are its children. */
  readonly database: number;
}

// Linux counts in hundredths of a second for every program, whatever its own clock does.
const TICK_MS = 10;
const STAT_FIELDS = { parent: 1, user: 11, system: 12 };
// Of the first line of /proc/stat: user, nice, system, irq, softirq, steal; not idle and not waiting for the disk.
const BUSY_COLUMNS = [1, 2, 3, 6, 7, 8];

/** Reads what the watched processes have used so far; what it gives reads what they have used since. */
export function usageFrom(watched: Watched): () => Usage {
  const before = readNow(watched);
  return () => {
    const after = readNow(watched);
    const since = (pids: readonly number[]): number =>
      sum(pids.map((pid) => (after.used.get(pid) ?? 0) - (before.used.get(pid) ?? 0)));
    const backends = [...after.used.keys()].filter((pid) => pid !== watched.server && !watched.workers.includes(pid));
    return {
      workers: since(watched.workers),
      server: since([watched.server]),
      database: since(backends),
      machine: after.machine - before.machine,
    };
  };
}

/** What two stretches of time used together. */
export function addedUp(one: Usage, other: Usage): Usage {
  return {
    workers: one.workers + other.workers,
    server: one.server + other.server,
    database: one.database + other.database,
    machine: one.machine + other.machine,
  };
}

interface Reading {
  readonly used: ReadonlyMap<number, number>;
  readonly machine: number;
}

function readNow({ workers, server, database }: Watched): Reading {
  if (!existsSync('/proc/self/stat')) return { used: new Map(), machine: 0 };
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const wanted = new Set([...workers, server, database]);
  const stats = pids
    .map((pid) => ({ pid, ...statOf(pid) }))
    .filter(({ pid, parent }) => wanted.has(pid) || parent === database);
  return { used: new Map(stats.map(({ pid, cpuMs }) => [pid, cpuMs])), machine: machineMs() };
}

// Fields are counted from the state, which follows the name in brackets: only inside these may other spaces stand.
function statOf(pid: number): { parent: number; cpuMs: number } {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const of = (name: keyof typeof STAT_FIELDS): number => fields[STAT_FIELDS[name]] ?? 0;
  return { parent: of('parent'), cpuMs: (of('user') + of('system')) * TICK_MS };
}

function machineMs(): number {
  const [first = ''] = readOrEmpty('/proc/stat').split('\n');
  const columns = first.split(/\s+/).map(Number);
  return sum(BUSY_COLUMNS.map((column) => columns[column] ?? 0)) * TICK_MS;
}

// A process may end between being listed and being read.
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
