import type { BlobRef, RunId, StepPath, Tenant } from '../domain/ids.ts';
import type { Facts } from '../domain/facts.ts';
import type { MapEntry } from '../domain/map-items.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { PlannedCall } from '../domain/planned-call.ts';
import type { Answer } from '../domain/answer.ts';
import type { LeftoverActivities } from '../domain/reaper.ts';
import type { EndStatus, NotedStatus, WaitingFor } from '../domain/run-view.ts';
import type { StartInput } from '../domain/skeleton.ts';
import type { Finding } from '../domain/verdict.ts';

/** What a step is given: bytes by reference, or a small value (at most 8 KiB) that the workflow made itself. */
export type StepInput = { readonly ref: BlobRef } | { readonly value: unknown };

/** What a step gives back. */
export interface StepResult {
  readonly ref: BlobRef;
  readonly facts: Facts;
}

/** What every call names: whose it is and by which pinned definition. The run and the step path come from Temporal. */
interface CallSite {
  readonly tenant: Tenant;
  readonly definition: BlobRef;
}

/** A tool of the manifest, called by the workflow. */
export interface CallToolInput extends CallSite {
  readonly tool: string;
  readonly input: StepInput;
  /** How often a person has answered about this call; default 0. */
  readonly answers?: number;
}

/** A tool that a model asked for: the arguments stand in the transcript, the result goes there too. */
export interface CallAgentToolInput extends CallSite {
  readonly agent: string;
  readonly tool: string;
  /** The agent's step path, which names its transcript. */
  readonly path: StepPath;
  /** The assistant message's place in the transcript and the tool call's place in that message. */
  readonly message: number;
  /** Default 0. */
  readonly index?: number;
  /** Where the tool message goes; default behind the assistant message, at the call's place. */
  readonly at?: number;
  /** The places of the same message's calls that get the same result. */
  readonly also?: readonly number[];
  /** How often a person has answered about this call; default 0. */
  readonly answers?: number;
  /** What the agent was given, to read on in it; absent in calls of earlier versions. */
  readonly input?: StepInput;
}

/** How an agent's tool call went: `failed` was told to the model as a tool error. The same `ref` is the same result. */
export type AgentToolResult =
  | { readonly kind: 'done'; readonly ref: BlobRef }
  | { readonly kind: 'failed'; readonly ref: BlobRef };

/** One model turn. */
export interface CallModelInput extends CallSite {
  readonly agent: string;
  readonly path: StepPath;
  /** Counts from 1. */
  readonly turn: number;
  /** How many messages the transcript holds: what comes next goes there. */
  readonly cursor: number;
  readonly input: StepInput;
  /** From which of the agent's endpoints on, counted from 0, default 0: an output that failed twice goes on to the next one. */
  readonly rung?: number;
  /** The tools that it is given in this run, as the manifest names them; absent: all that it has. */
  readonly tools?: readonly string[];
}

/** How a model call was routed, as far as the workflow decides by it. */
export interface Routed {
  /** How many endpoints of the agent's list this call could have gone to by hard constraints. */
  readonly rungs: number;
}

/** What a model's answer means for the loop. Every invalid tool call was already answered in the transcript. */
export type TurnDecision = {
  readonly cursor: number;
  /** The agent's input as a blob, where it was given as a value. */
  readonly input?: BlobRef;
  /** Absent when there was one endpoint to choose from. */
  readonly routed?: Routed;
} & (
  | {
      readonly kind: 'tools';
      readonly message: number;
      readonly calls: readonly PlannedCall[];
      /** Digests of the calls that were not valid; absent when all were. */
      readonly failed?: readonly string[];
    }
  /** The final output; the answer to its tool call goes to `at`. */
  | {
      readonly kind: 'submitted';
      readonly output: BlobRef;
      readonly facts: Facts;
      readonly at: number;
      readonly id: string;
    }
  /** Nothing usable; the model was told why. `failed` are digests of what it said. */
  | { readonly kind: 'again'; readonly failed?: readonly string[] }
  | { readonly kind: 'refused'; readonly sentence: string }
);

/** What is to be judged. */
export type JudgeInput = CallSite &
  (
    | { readonly check: string; readonly input: StepInput }
    | {
        readonly agent: string;
        readonly path: StepPath;
        readonly input: StepInput;
        readonly output: BlobRef;
        /** Where findings go in the transcript, and the tool call they answer; absent when a person made the output. */
        readonly told?: { readonly at: number; readonly id: string };
      }
  );

/** All verifiers together: the first ten findings of all, or why one abstained. */
export type Judgement =
  /** `facts`: those of an output that a person made; of a model's they are known before. */
  | { readonly kind: 'pass'; readonly input: BlobRef; readonly facts?: Facts }
  | { readonly kind: 'fail'; readonly findings: readonly Finding[] }
  | { readonly kind: 'abstain'; readonly sentence: string };

/** A change of status for the projection. */
export interface NoteStatusInput {
  readonly tenant: Tenant;
  readonly status: NotedStatus;
  readonly waitingFor?: WaitingFor;
}

/** A person's answer to whether an effect took place, for the ledger. */
export interface SettleUnknownInput extends CallSite {
  /** The path of the step whose call it is. */
  readonly step: StepPath;
  /** The tool's name in the manifest, or in its agent. */
  readonly tool: string;
  readonly agent?: string;
  /** The id of the stored decision that the answer stands in. */
  readonly decision: string;
  readonly answer: Answer;
  /** Who says so, and on what evidence. */
  readonly sentence: string;
}

/** Whether the ledger took the answer; if not, what is missing, in one sentence. */
export type SettledUnknown = { readonly kind: 'settled' } | { readonly kind: 'refused'; readonly sentence: string };

/** The end of a run for the projection. */
export interface CloseRunInput {
  readonly tenant: Tenant;
  readonly status: EndStatus;
  readonly code?: string;
  readonly sentence?: string;
  readonly result?: BlobRef;
  readonly turns: number;
}

/** A chunk of the list that a map goes through. */
export interface ReadItemsInput extends CallSite {
  /** The step that the items are for, by its name. */
  readonly step: string;
  readonly items: StepInput;
  /** The field of each item that names it. */
  readonly key: string;
  readonly from: number;
  readonly count: number;
  /** Names of other repetitions of the step, which no item may have; looked at with the first item. */
  readonly named?: readonly string[];
}

/** An item of a map: its key and its blob. */
export type MapItem = readonly [key: string, ref: BlobRef];

/** What {@link ReadItemsInput} asked for: the list's own blob, how many items it has, and those asked for. */
export interface ReadItems {
  readonly list: BlobRef;
  readonly total: number;
  readonly items: readonly MapItem[];
}

/** Outcomes of a map in the order of its items, to be kept after those before. */
export interface KeepOutcomesInput {
  readonly tenant: Tenant;
  readonly before?: BlobRef;
  readonly entries: readonly MapEntry[];
}

/** A map whose outcomes are all kept. */
export interface GatherOutcomesInput {
  readonly tenant: Tenant;
  readonly step: string;
  readonly items: StepInput;
  readonly key: string;
  readonly collect: boolean;
  readonly page: BlobRef;
}

/** A run of another job that a run asks for. */
export interface EnterChildInput extends CallSite {
  readonly job: string;
  readonly input: StepInput;
}

/** The run of a child's identity. */
export type EnteredChild =
  /** It is to be started under its id. */
  | { readonly kind: 'entered'; readonly runId: RunId; readonly workflow: string; readonly start: StartInput }
  /** Another start took it to Temporal. */
  | { readonly kind: 'existing'; readonly runId: RunId };

/** How a run that another one waits for stands. */
export type ChildStanding =
  | { readonly kind: 'open' }
  | { readonly kind: 'completed'; readonly result: BlobRef }
  | { readonly kind: 'ended'; readonly code: string; readonly sentence: string };

/** Everything that a workflow may ask of a call worker. */
export interface Activities {
  callTool(input: CallToolInput): Promise<Outcome<StepResult>>;
  callAgentTool(input: CallAgentToolInput): Promise<Outcome<AgentToolResult>>;
  callModel(input: CallModelInput): Promise<Outcome<TurnDecision>>;
  judge(input: JudgeInput): Promise<Outcome<Judgement>>;
  settleUnknown(input: SettleUnknownInput): Promise<SettledUnknown>;
  noteStatus(input: NoteStatusInput): Promise<void>;
  closeRun(input: CloseRunInput): Promise<void>;
  settleLeftovers: LeftoverActivities['settleLeftovers'];
  readItems(input: ReadItemsInput): Promise<ReadItems>;
  keepOutcomes(input: KeepOutcomesInput): Promise<{ readonly page: BlobRef }>;
  gatherOutcomes(input: GatherOutcomesInput): Promise<{ readonly output: BlobRef }>;
  enterChild(input: EnterChildInput): Promise<EnteredChild>;
  lookAtChild(input: { readonly tenant: Tenant; readonly runId: RunId }): Promise<ChildStanding>;
}
