import { defineAgent, defineJob, defineTool, fromJsonSchema } from 'holdfast';
import { z } from 'zod';
import { canonicalJson, type Json } from '../../domain/canonical.ts';
import { sentenceOf } from '../../domain/errors.ts';
import { createRegistry } from '../../jobs/registry.ts';
import { draftSchemaOf } from './draft-schema.ts';
import { registeredName } from './registered-name.ts';

/** What of a recorded tool a job may refuse. */
export interface DeclaredTool {
  readonly name: string;
  readonly parameters: { readonly [keyword: string]: Json };
}

type Args = { readonly [name: string]: unknown };

// A schema takes milliseconds to compile, and many cases share a tool.
const schemas = new WeakMap<DeclaredTool['parameters'], z.ZodType<Args, Args>>();

/**
 * The schema of what a recorded tool takes.
 * @throws JobError `invalid-job` for one that the engine does not take
 */
export function schemaOf(parameters: DeclaredTool['parameters']): z.ZodType<Args, Args> {
  const known = schemas.get(parameters) ?? fromJsonSchema<Args>(draftSchemaOf(parameters).schema);
  schemas.set(parameters, known);
  return known;
}

/** Why no job can have a recorded tool, in one sentence; `undefined` for one that it can have. */
export function toolProblem(tool: DeclaredTool): string | undefined {
  try {
    canonicalJson(tool.parameters);
    createRegistry([jobWith(tool)]);
    return undefined;
  } catch (error) {
    return `The tool ${JSON.stringify(tool.name)} cannot be offered: ${sentenceOf(error)}`;
  }
}

// The engine's own checks decide, by a job that is never run.
function jobWith({ name, parameters }: DeclaredTool) {
  const tool = defineTool({
    name: registeredName(name),
    version: 1,
    effect: 'read',
    input: schemaOf(parameters),
    output: z.unknown(),
    send: () => Promise.resolve(undefined),
  });
  const agent = defineAgent({
    input: z.unknown(),
    output: z.unknown(),
    prompt: new URL(import.meta.url),
    tools: { tool },
  });
  return defineJob({
    name: 'evaluation',
    version: 1,
    input: z.unknown(),
    output: z.unknown(),
    dataClass: 'internal',
    identity: () => ['evaluation'],
    agents: { agent },
  });
}
