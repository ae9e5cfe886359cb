export { asksOllama, chooseModels, OLLAMA_TAGS, ollamaModels } from './choose-models.ts';
export type { Config } from './config.ts';
export { loadConfig } from './load-config.ts';
