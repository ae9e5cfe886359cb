import { z } from 'zod';

/** A part of recorded data that cannot be played, and why, in one sentence. */
export interface OddPart {
  readonly id: string;
  readonly why: string;
}

/** The parts of a list that have a form, and the others. */
export interface FittingParts<Form> {
  readonly fitting: readonly Form[];
  readonly odd: readonly OddPart[];
}

const Named = z.object({ id: z.union([z.string().min(1), z.number()]) });

/** Sorts the parts of a list by form, so that an odd one does not take the others with it; one without an id is `<what> <place>`. */
export function fittingParts<Form>(form: z.ZodType<Form>, parts: readonly unknown[], what: string): FittingParts<Form> {
  const fitting: Form[] = [];
  const odd: OddPart[] = [];
  for (const [place, part] of parts.entries()) {
    const parsed = form.safeParse(part);
    if (parsed.success) fitting.push(parsed.data);
    else odd.push({ id: nameOf(part) ?? `${what} ${place}`, why: formSentence(parsed.error) });
  }
  return { fitting, odd };
}

/** The first thing by which a value differs from its form; a whole database in one error would help nobody. */
export function formSentence({ issues: [issue] }: z.ZodError): string {
  return `It has another form at ${issue?.path.join('.') || 'its top'}: ${issue?.message}.`;
}

function nameOf(part: unknown): string | undefined {
  const named = Named.safeParse(part);
  return named.success ? String(named.data.id) : undefined;
}
