import type { ForkHanded } from './fork.ts';
import type { BlobRef, Tenant } from './ids.ts';

/** What a workflow needs to know of its job to bind names to steps; pinned in the start input. */
export interface Skeleton {
  /** The job's name. */
  readonly job: string;
  /** The job's version. */
  readonly version: number;
  /** Every agent, tool and check of the manifest by its name. */
  readonly steps: { readonly [name: string]: StepSkeleton };
  /** How long a question to a person stays open and how often people are reminded, in milliseconds; default 7 days, never. */
  readonly questions?: { readonly withinMs: number; readonly remindEveryMs?: number };
}

/** How one step of a manifest is scheduled. */
export type StepSkeleton = AgentSkeleton | ToolSkeleton | CheckSkeleton;

/** An agent's bounds. */
export interface AgentSkeleton {
  readonly kind: 'agent';
  /** The most model calls it may make. */
  readonly turns: number;
  /** How long it may work, in milliseconds, not counting pauses and waits. */
  readonly withinMs: number;
  /** Longest single attempt at a model call, in milliseconds. */
  readonly modelTimeoutMs: number;
  /** The tools it may call by name, that of reading on included, with the longest attempt at each, in milliseconds. */
  readonly tools: { readonly [name: string]: number };
  /** Longest attempt at verifying its output, in milliseconds; absent when it has no verifiers. */
  readonly verifyTimeoutMs?: number;
}

/** A tool that the workflow calls itself. */
export interface ToolSkeleton {
  readonly kind: 'tool';
  /** Longest single attempt, in milliseconds. */
  readonly timeoutMs: number;
}

/** A check that the workflow asks for. */
export interface CheckSkeleton {
  readonly kind: 'check';
  /** Longest single attempt, in milliseconds. */
  readonly timeoutMs: number;
}

/** The input every job's workflow starts with. */
export interface StartInput extends RunSite {
  /** The run's input as a blob. */
  readonly input: BlobRef;
}

/** What every part of a run knows of it. */
export interface RunSite {
  readonly tenant: Tenant;
  /** The pinned definition's blob. */
  readonly definition: BlobRef;
  readonly skeleton: Skeleton;
  /** The Task Queue of the call workers; absent when they poll the workflow's own. */
  readonly calls?: string;
  /** Of a fork whose first run was answered or has slept; absent of every other run. */
  readonly fork?: ForkHanded;
}
