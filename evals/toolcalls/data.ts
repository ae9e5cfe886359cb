import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { JobError, sentenceOf } from '../../domain/errors.ts';
import { PatchOperation } from '../replay/apply-patch.ts';

const ToolSchema = z.object({
  name: z.string(),
  description: z.string().default(''),
  parameters: z.record(z.string(), z.json()),
});
const InvalidSchema = z.object({
  kind: z.string(),
  name: z.string(),
  arguments: z.json().optional(),
  raw: z.string().optional(),
  /** The field that is wrong, where it is one. */
  at: z.string().optional(),
});
/** A variant with what the validator of the data said of it: `false` when it took the call for valid. */
const Variant = InvalidSchema.extend({ confirmed_invalid: z.boolean().default(true) });
const BfclCase = z.object({
  id: z.string(),
  user: z.string(),
  tools: z.array(z.string()),
  calls: z.array(z.object({ name: z.string(), arguments: z.json(), valid: z.boolean() })).default([]),
  invalid: z.array(Variant).default([]).transform(confirmed),
});
const Bfcl = z.object({ tools: z.record(z.string(), ToolSchema), cases: z.array(BfclCase) });

const TraceStep = z.object({
  tool: z.string(),
  args: z.json(),
  result: z.string(),
  patch: z.array(PatchOperation).default([]),
});
const MultiTurnTask = z.object({
  id: z.string(),
  apis: z.array(z.string()),
  excluded_tools: z
    .array(z.string())
    .nullish()
    .transform((names) => names ?? []),
  init_state: z.json(),
  turns: z.array(z.object({ user: z.string(), trace: z.array(TraceStep) })),
  final_sha256: z.string(),
});
const MultiTurn = z.object({ apis: z.record(z.string(), z.array(ToolSchema)), tasks: z.array(MultiTurnTask) });

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
  readonly bfcl: z.infer<typeof Bfcl>;
  readonly multiTurn: z.infer<typeof MultiTurn>;
}

const BFCL = 'bfcl.json';
const MULTI_TURN = 'bfcl-multiturn.json';

/**
 * Reads `bfcl.json` and `bfcl-multiturn.json`; one of them may be absent. Form: `bfcl` and `bfcl-multiturn` in SOURCE.json.
 * @throws JobError `invalid-input` when both are absent, or a file has another form
 */
export async function readToolcalls(folder: string): Promise<ToolcallsData> {
  if (!existsSync(join(folder, BFCL)) && !existsSync(join(folder, MULTI_TURN))) {
    throw new JobError('invalid-input', `--data "${folder}" holds neither ${BFCL} nor ${MULTI_TURN}.`);
  }
  const [bfcl, multiTurn] = await Promise.all([
    read(join(folder, BFCL), Bfcl, { tools: {}, cases: [] }),
    read(join(folder, MULTI_TURN), MultiTurn, { apis: {}, tasks: [] }),
  ]);
  return { bfcl, multiTurn };
}

async function read<Form>(file: string, form: z.ZodType<Form>, otherwise: Form): Promise<Form> {
  if (!existsSync(file)) return otherwise;
  try {
    return form.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? z.prettifyError(cause) : sentenceOf(cause);
    throw new JobError('invalid-input', `${file} does not have the form of its SOURCE.json: ${why}`, { cause });
  }
}

// What the validator did not find wrong need not be refused, and was not meant to be dispatched either.
function confirmed(variants: readonly z.infer<typeof Variant>[]): InvalidCall[] {
  return variants.filter((one) => one.confirmed_invalid).map(({ confirmed_invalid: _, ...call }) => call);
}
