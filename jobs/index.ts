export { defineAgent } from './agent.ts';
export type { Agent, AgentSpec, Shown } from './agent.ts';
export { defineCheck } from './check.ts';
export type { Check, CheckSpec } from './check.ts';
export { fromJsonSchema } from './json-schema/from-json-schema.ts';
export type { JsonSchema } from './json-schema/from-json-schema.ts';
export { defineJob } from './job.ts';
export type {
  AgentStep,
  BoundSteps,
  Budget,
  GivenOf,
  InputOf,
  Job,
  JobSpec,
  NamedStep,
  OutputOf,
  Questions,
  Step,
  StepsOf,
} from './job.ts';
export type { HttpClient, HttpOptions, SendContext } from './send-context.ts';
export { defineTool } from './tool.ts';
export type { Tool, ToolSpec } from './tool.ts';
export { defineVerifier } from './verifier.ts';
export type { Readers, Tools, Verifier, VerifierSpec } from './verifier.ts';
export type { Identity } from '../domain/digest.ts';
export { JobError } from '../domain/errors.ts';
export type { Facts } from '../domain/facts.ts';
export { formatMinor, formatMoney, minorDigits, parseCurrency, parseMoney } from '../domain/money.ts';
export type { Currency, Money } from '../domain/money.ts';
export type { Outcome } from '../domain/outcome.ts';
export type { Ref } from '../domain/ref.ts';
export { verdictOf } from '../domain/verdict.ts';
export type { Finding, Verdict } from '../domain/verdict.ts';
