import { z } from 'zod';
import { ConfigFileSchema } from './schema.ts';

/** The file beside temporal.yaml that editors check it by. */
export const JSON_SCHEMA_FILE = 'temporal.schema.json';

/**
 * The JSON Schema of temporal.yaml, as the text of {@link JSON_SCHEMA_FILE}. It knows every key, description, bound and default;
 * what only code can check, such as a password in an address, is refused when the file is read.
 */
export function configJsonSchema(): string {
  const schema = z.toJSONSchema(ConfigFileSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'Configuration of Holdfast: temporal.yaml', ...schema }, undefined, 2)}\n`;
}
