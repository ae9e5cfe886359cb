export { asksOllama, chooseModels, OLLAMA_TAGS, ollamaModels } from './choose-models.ts';
export type { Config } from './config.ts';
export { describeConfig } from './describe-config.ts';
export type { ConfigEntry } from './describe-config.ts';
export { configJsonSchema, JSON_SCHEMA_FILE } from './json-schema.ts';
export { loadConfig } from './load-config.ts';
