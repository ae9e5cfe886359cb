import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { JobError, sentenceOf } from '../../domain/errors.ts';

const Decimal = z
  .string()
  .regex(/^[+-]?(\d+(\.\d*)?|\.\d+)$/u, 'must be a decimal text such as 1234.50')
  .transform((text) => text.replace('+', ''));
const Name = z.string().min(1);

const VendorInFile = z.object({
  name: Name,
  vatId: z.string().nullish(),
  accounts: z.array(Name).default([]),
});
/** A vendor as the file names it. */
export type VendorInFile = z.infer<typeof VendorInFile>;

const OrderInFile = z.object({
  number: Name,
  /** The vendor's name. */
  vendor: Name,
  currency: Name,
  net: Decimal,
});
/** An order as the file names it. */
export type OrderInFile = z.infer<typeof OrderInFile>;

const Booked = z.object({
  kind: z.enum(['invoice', 'credit-note']),
  number: Name,
  supplier: Name,
  currency: Name,
  net: Decimal,
  gross: Decimal,
  payable: Decimal,
});
/** What a document says, as it would be booked. */
export type Booked = z.infer<typeof Booked>;

const Expected = z.discriminatedUnion('end', [
  Booked.extend({ end: z.literal('booked') }),
  Booked.extend({ end: z.literal('rejected'), rules: z.array(Name).min(1) }),
  Booked.extend({ end: z.literal('conflict'), first: Name }),
  Booked.extend({ end: z.literal('held'), account: Name }),
]);
/** How the run of a document is to end. */
export type Expected = z.infer<typeof Expected>;

const DocumentInFile = z.object({
  id: z.string().min(1).max(500),
  variant: z.string().optional(),
  xml: z.string(),
  expected: Expected,
});
/** A document with its expected end. */
export type DocumentInFile = z.infer<typeof DocumentInFile>;

const Documents = z.object({
  vendors: z.array(VendorInFile),
  orders: z.array(OrderInFile).default([]),
  documents: z.array(DocumentInFile),
});
/** The contents of documents.json. */
export type Documents = z.infer<typeof Documents>;

const RuleCase = z.object({ id: Name, rule: Name, expect: z.enum(['pass', 'fail']), xml: z.string() });
/** A fragment with the verdict that a rule must give. */
export type RuleCase = z.infer<typeof RuleCase>;

/** Everything that is evaluated. */
export interface InvoicesData extends Documents {
  readonly rules: readonly RuleCase[];
}

const NOTHING: Documents = { vendors: [], orders: [], documents: [] };

/**
 * Reads documents.json and rules.json of a folder; one of them may be absent, and `tell` says so.
 * @throws JobError `invalid-input` when neither is there, or one is not of the form that SOURCE.json describes
 */
export async function readData(folder: string, tell: (line: string) => void): Promise<InvoicesData> {
  const [documents, rules] = await Promise.all([
    readAs(join(folder, 'documents.json'), Documents),
    readAs(join(folder, 'rules.json'), z.array(RuleCase)),
  ]);
  if (documents === undefined && rules === undefined)
    throw new JobError(
      'invalid-input',
      `${resolve(folder)} holds neither documents.json nor rules.json; name the folder that does by --data.`,
    );
  if (documents === undefined) tell(`there is no documents.json in ${folder}: only rules are evaluated`);
  if (rules === undefined) tell(`there is no rules.json in ${folder}: only documents are evaluated`);
  checkReferences(documents?.documents ?? []);
  return { ...(documents ?? NOTHING), rules: rules ?? [] };
}

async function readAs<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new JobError('invalid-input', `${path} cannot be read: ${error.message}`, { cause: error });
  });
  if (text === undefined) return undefined;
  const parsed = schema.safeParse(jsonOf(path, text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  throw new JobError(
    'invalid-input',
    `${path} is not of the form that SOURCE.json describes: ${where === '' ? 'the whole' : where}: ${issue?.message ?? ''}.`,
  );
}

function jsonOf(path: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, ''));
  } catch (cause) {
    throw new JobError('invalid-input', `${path} is no JSON: ${sentenceOf(cause)}.`, { cause });
  }
}

function checkReferences(documents: readonly DocumentInFile[]): void {
  const before = new Set<string>();
  for (const { id, expected } of documents) {
    if (before.has(id)) throw new JobError('invalid-input', `documents.json has the id "${id}" twice.`);
    if (expected.end === 'conflict' && !before.has(expected.first)) {
      throw new JobError(
        'invalid-input',
        `documents.json: "${id}" is in conflict with "${expected.first}", which does not stand before it.`,
      );
    }
    before.add(id);
  }
}
