import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configJsonSchema, JSON_SCHEMA_FILE } from '../config/index.ts';
import { JOB_ERRORS, sentenceOf } from '../domain/errors.ts';
import { configReport } from './config-report.ts';
import { printedReport } from './print-config-report.ts';

/** Which configuration to check, and how to tell. */
export interface CheckConfigOptions {
  /** The folder of temporal.yaml. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly json: boolean;
}

/** What checking came to: a text for standard output, and the exit code. */
export interface CheckedConfig {
  readonly text: string;
  /** 0 when all is well, else 3. */
  readonly exitCode: number;
}

/**
 * Checks a configuration as a start would read it, and starts nothing. As JSON everything that is wrong stands in
 * `problems`.
 * @throws JobError `invalid-config` for the first thing that is wrong in the file or the environment, unless as JSON
 */
export async function checkConfig({ folder, env, json }: CheckConfigOptions): Promise<CheckedConfig> {
  const exitCode = JOB_ERRORS['invalid-config'].exitCode;
  try {
    const report = await configReport(folder, env);
    const ok = report.problems.length === 0;
    const text = json ? `${JSON.stringify({ ok, ...report })}\n` : printedReport(report, folder);
    return { text, exitCode: ok ? 0 : exitCode };
  } catch (error) {
    if (!json) throw error;
    return { text: `${JSON.stringify({ ok: false, problems: [sentenceOf(error)] })}\n`, exitCode };
  }
}

/** Writes the JSON Schema by which editors check temporal.yaml into a folder; answers its path. */
export function writeConfigSchema(folder: string): string {
  const path = join(folder, JSON_SCHEMA_FILE);
  writeFileSync(path, configJsonSchema());
  return path;
}
