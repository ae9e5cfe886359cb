import { z } from 'zod';

/** A tool as the file has it. */
export const RecordedTool = z.object({
  requestor: z
    .enum(['assistant', 'user'])
    .nullish()
    .transform((who) => who ?? 'assistant'),
  mutates: z.boolean(),
  openai: z.object({
    function: z.object({
      name: z.string(),
      description: z
        .string()
        .nullish()
        .transform((text) => (text ?? '').toWellFormed()),
      parameters: z
        .record(z.string(), z.json())
        .nullish()
        .transform((schema): { [keyword: string]: z.infer<ReturnType<typeof z.json>> } => schema ?? { type: 'object' }),
    }),
  }),
});
/** A tool as the file has it. */
export type RecordedTool = z.infer<typeof RecordedTool>;
