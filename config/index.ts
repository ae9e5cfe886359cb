export { asksOllama, chooseModels, OLLAMA_TAGS, ollamaModels } from './choose-models.ts';
export type { ChosenModels, FoundModels } from './choose-models.ts';
export type { Config, EndpointConfig, PoolConfig, SystemConfig, TemporalConfig, TlsConfig } from './config.ts';
export { describeConfig } from './describe-config.ts';
export type { ConfigEntry } from './describe-config.ts';
export { loadConfig } from './load-config.ts';
