import { readdirSync, readFileSync } from 'node:fs';

/** Memory of what is watched, in MiB, what processes share divided among them. Where there is no `/proc` all of it reads 0. */
export interface Memory {
  readonly workers: number;
  readonly server: number;
  /** Of PostgreSQL with all its processes. */
  readonly database: number;
}

const KIB_PER_MIB = 1_024;

/** Reads how much memory some processes hold now. */
export function memoryOf(watched: {
  readonly workers: readonly number[];
  readonly server: number;
  readonly database: number;
}): Memory {
  const { workers, server, database } = watched;
  return { workers: sum(workers), server: sum([server]), database: sum([database, ...childrenOf(database)]) };
}

function sum(pids: readonly number[]): number {
  const kib = pids.reduce((total, pid) => total + proportionalKib(pid), 0);
  return Math.round(kib / KIB_PER_MIB);
}

function proportionalKib(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(readOrEmpty(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
}

function childrenOf(parent: number): readonly number[] {
  return pids().filter((pid) => Number(/^PPid:\s+(\d+)/m.exec(readOrEmpty(`/proc/${pid}/status`))?.[1]) === parent);
}

function pids(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

// A process may end between being listed and being read.
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
