import { join, resolve } from 'node:path';
import { z } from 'zod';
import { JobError } from '../../domain/errors.ts';
import { PatchOperation } from '../replay/apply-patch.ts';
import { fittingParts, formSentence, type OddPart } from '../replay/fitting-parts.ts';
import { type JsonFile, readJsonFiles } from '../replay/json-files.ts';

// A text that was cut within a character is none that could be sent on.
const wellFormed = z
  .string()
  .nullish()
  .transform((text) => (text ?? '').toWellFormed());

// What recordings leave out, they may also have as null.
const absentOrText = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined)
  .optional();

const ToolSchema = z.object({
  name: z.string(),
  description: wellFormed,
  parameters: z.record(z.string(), z.json()),
});
const InvalidSchema = z.object({
  kind: z.string(),
  name: z.string(),
  arguments: z.json().optional(),
  raw: absentOrText,
  /** The field that is wrong, where it is one. */
  at: absentOrText,
});
/** A variant with what the validator of the data said of it: `false` when it took the call for valid. */
const Variant = InvalidSchema.extend({ confirmed_invalid: z.boolean().nullish() });
const Call = z.object({ name: z.string(), arguments: z.json(), valid: z.boolean() });
const Id = z.union([z.string(), z.number().transform(String)]);
const BfclCase = z.object({
  id: Id,
  user: wellFormed,
  tools: z.array(z.string()),
  calls: z
    .array(Call)
    .nullish()
    .transform((calls) => calls ?? []),
  invalid: z
    .array(Variant)
    .nullish()
    .transform((variants) => confirmed(variants ?? [])),
});
const Bfcl = z.object({ tools: z.record(z.string(), z.unknown()), cases: z.array(z.unknown()) });

const TraceStep = z.object({
  tool: z.string(),
  args: z.json(),
  result: z.union([z.string(), z.json().transform((value) => JSON.stringify(value))]),
  patch: z
    .array(PatchOperation)
    .nullish()
    .transform((patch) => patch ?? []),
});
const MultiTurnTask = z.object({
  id: Id,
  apis: z.array(z.string()),
  excluded_tools: z
    .array(z.string())
    .nullish()
    .transform((names) => names ?? []),
  init_state: z.json(),
  turns: z.array(z.object({ user: wellFormed, trace: z.array(TraceStep) })),
  final_sha256: z.string(),
});
const MultiTurn = z.object({ apis: z.record(z.string(), z.array(z.unknown())), tasks: z.array(z.unknown()) });

/** A function as the data declares it. */
export type ToolOfData = z.infer<typeof ToolSchema>;
/** A call that must be refused. */
export type InvalidCall = z.infer<typeof InvalidSchema>;
/** One question with the calls that answer it; without calls the right answer is none. */
export type BfclCase = z.infer<typeof BfclCase>;
/** A conversation of several user messages that changes a state. */
export type MultiTurnTask = z.infer<typeof MultiTurnTask>;
/** One recorded call of a conversation. */
export type TraceStep = z.infer<typeof TraceStep>;

/** What a folder of this evaluation holds. */
export interface ToolcallsData {
  readonly bfcl: { readonly tools: Readonly<Record<string, ToolOfData>>; readonly cases: readonly BfclCase[] };
  readonly multiTurn: {
    readonly apis: Readonly<Record<string, readonly ToolOfData[]>>;
    readonly tasks: readonly MultiTurnTask[];
  };
  /** Cases and files that have another form; tools of another form count as not declared. */
  readonly odd: readonly OddPart[];
  /** The names of files that are of other evaluations. */
  readonly passedOver: readonly string[];
}

const BFCL = 'bfcl.json';
const MULTI_TURN = 'bfcl-multiturn.json';

/**
 * Reads every file of the form `bfcl` (`tools` and `cases`) or `bfcl-multiturn` (`apis` and `tasks`) in SOURCE.json. A file that is
 * named like one of these and has another form is odd; others are passed over.
 * @throws JobError `invalid-input` when no file has one of the forms
 */
export async function readToolcalls(folder: string): Promise<ToolcallsData> {
  const files = (await readJsonFiles(folder).catch((): JsonFile[] => [])).map(ofForm);
  const odd = files.filter((file) => file.kind === 'odd');
  const bfcl = files.filter((file) => file.kind === 'bfcl').map(questionsOf);
  const multiTurn = files.filter((file) => file.kind === 'multi-turn').map(conversationsOf);
  if (bfcl.length + multiTurn.length === 0) throw nothingToRead(folder, odd);
  return {
    bfcl: {
      tools: Object.fromEntries(bfcl.flatMap(({ tools }) => tools)),
      cases: bfcl.flatMap(({ cases }) => cases.fitting),
    },
    multiTurn: {
      apis: Object.fromEntries(multiTurn.flatMap(({ apis }) => apis)),
      tasks: multiTurn.flatMap(({ tasks }) => tasks.fitting),
    },
    odd: [
      ...odd.map(({ name: id, why }) => ({ id, why })),
      ...bfcl.flatMap(({ cases }) => cases.odd),
      ...multiTurn.flatMap(({ tasks }) => tasks.odd),
    ],
    passedOver: files.filter(({ kind }) => kind === 'other').map(({ name }) => name),
  };
}

type Odd = { readonly kind: 'odd'; readonly name: string; readonly why: string };
type Questions = { readonly kind: 'bfcl'; readonly name: string; readonly value: z.infer<typeof Bfcl> };
type Conversations = { readonly kind: 'multi-turn'; readonly name: string; readonly value: z.infer<typeof MultiTurn> };

function ofForm(file: JsonFile): Questions | Conversations | Odd | { readonly kind: 'other'; readonly name: string } {
  const { name } = file;
  if ('why' in file)
    return [BFCL, MULTI_TURN].includes(name)
      ? { kind: 'odd', name, why: `It cannot be read: ${file.why}` }
      : { kind: 'other', name };
  const bfcl = Bfcl.safeParse(file.value);
  if (bfcl.success) return { kind: 'bfcl', name, value: bfcl.data };
  const multiTurn = MultiTurn.safeParse(file.value);
  if (multiTurn.success) return { kind: 'multi-turn', name, value: multiTurn.data };
  if (name === BFCL) return { kind: 'odd', name, why: formSentence(bfcl.error) };
  return name === MULTI_TURN ? { kind: 'odd', name, why: formSentence(multiTurn.error) } : { kind: 'other', name };
}

function nothingToRead(folder: string, [first]: readonly Odd[]): JobError {
  const sentence =
    first === undefined
      ? `${resolve(folder)} holds neither ${BFCL} nor ${MULTI_TURN}; name the folder that does by --data.`
      : `${join(folder, first.name)} does not have the form of its SOURCE.json: ${first.why}`;
  return new JobError('invalid-input', sentence);
}

function questionsOf({ name, value }: Questions, place: number) {
  const { fitting, odd } = fittingParts(BfclCase, value.cases, place === 0 ? 'bfcl case' : `${name} case`);
  const own = inFile(name, place);
  return {
    tools: Object.entries(value.tools).flatMap(([id, tool]) => toolsIn([tool]).map((one) => [own(id), one] as const)),
    cases: { fitting: fitting.map((one) => ({ ...one, tools: one.tools.map(own) })), odd },
  };
}

function conversationsOf({ name, value }: Conversations, place: number) {
  const { fitting, odd } = fittingParts(
    MultiTurnTask,
    value.tasks,
    place === 0 ? 'bfcl-multiturn task' : `${name} task`,
  );
  const own = inFile(name, place);
  return {
    apis: Object.entries(value.apis).map(([api, tools]) => [own(api), toolsIn(tools)] as const),
    tasks: { fitting: fitting.map((task) => ({ ...task, apis: task.apis.map(own) })), odd },
  };
}

// Two files may give one name to different tools.
function inFile(name: string, place: number): (id: string) => string {
  return (id) => (place === 0 ? id : `${name}/${id}`);
}

// What the validator did not find wrong need not be refused, and was not meant to be dispatched either.
function confirmed(variants: readonly z.infer<typeof Variant>[]): InvalidCall[] {
  return variants.filter((one) => one.confirmed_invalid !== false).map(({ confirmed_invalid: _, ...call }) => call);
}

function toolsIn(parts: readonly unknown[]): readonly ToolOfData[] {
  return fittingParts(ToolSchema, parts, 'tool').fitting;
}
