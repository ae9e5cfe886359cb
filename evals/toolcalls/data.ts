import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { PatchOperation } from '../replay/apply-patch.ts';
import { fittingParts, formSentence, type OddPart } from '../replay/fitting-parts.ts';

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
}

const BFCL = 'bfcl.json';
const MULTI_TURN = 'bfcl-multiturn.json';

/**
 * Reads `bfcl.json` and `bfcl-multiturn.json`; one of them may be absent. Form: `bfcl` and `bfcl-multiturn` in SOURCE.json.
 * @throws JobError `invalid-input` when no file is there, or none that is there has the form
 */
export async function readToolcalls(folder: string): Promise<ToolcallsData> {
  const names = [BFCL, MULTI_TURN].filter((name) => existsSync(join(folder, name)));
  if (names.length === 0)
    throw new JobError(
      'invalid-input',
      `${resolve(folder)} holds neither ${BFCL} nor ${MULTI_TURN}; name the folder that does by --data.`,
    );
  const [bfcl, multiTurn] = await Promise.all([
    read(folder, { name: BFCL, form: Bfcl, otherwise: { tools: {}, cases: [] } }),
    read(folder, { name: MULTI_TURN, form: MultiTurn, otherwise: { apis: {}, tasks: [] } }),
  ]);
  const files = [...bfcl.odd, ...multiTurn.odd];
  const [first] = files;
  if (first !== undefined && files.length === names.length)
    throw new JobError(
      'invalid-input',
      `${join(folder, first.id)} does not have the form of its SOURCE.json: ${first.why}`,
    );
  const cases = fittingParts(BfclCase, bfcl.value.cases, 'bfcl case');
  const tasks = fittingParts(MultiTurnTask, multiTurn.value.tasks, 'bfcl-multiturn task');
  return {
    bfcl: {
      tools: Object.fromEntries(
        Object.entries(bfcl.value.tools).flatMap(([id, tool]) => toolsIn([tool]).map((one) => [id, one])),
      ),
      cases: cases.fitting,
    },
    multiTurn: {
      apis: Object.fromEntries(Object.entries(multiTurn.value.apis).map(([api, tools]) => [api, toolsIn(tools)])),
      tasks: tasks.fitting,
    },
    odd: [...files, ...cases.odd, ...tasks.odd],
  };
}

interface FileOfData<Form> {
  readonly name: string;
  readonly form: z.ZodType<Form>;
  /** What an absent or odd one counts as. */
  readonly otherwise: Form;
}

async function read<Form>(
  folder: string,
  { name, form, otherwise }: FileOfData<Form>,
): Promise<{ readonly value: Form; readonly odd: readonly OddPart[] }> {
  const file = join(folder, name);
  if (!existsSync(file)) return { value: otherwise, odd: [] };
  try {
    return { value: form.parse(JSON.parse(await readFile(file, 'utf8'))), odd: [] };
  } catch (cause) {
    const why = cause instanceof z.ZodError ? formSentence(cause) : `It cannot be read: ${sentenceOf(cause)}`;
    return { value: otherwise, odd: [{ id: name, why }] };
  }
}

// What the validator did not find wrong need not be refused, and was not meant to be dispatched either.
function confirmed(variants: readonly z.infer<typeof Variant>[]): InvalidCall[] {
  return variants.filter((one) => one.confirmed_invalid !== false).map(({ confirmed_invalid: _, ...call }) => call);
}

function toolsIn(parts: readonly unknown[]): readonly ToolOfData[] {
  return fittingParts(ToolSchema, parts, 'tool').fitting;
}
