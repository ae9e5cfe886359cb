import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../config/load-config.ts';
import type { Config } from '../../config/config.ts';
import { JobError } from '../../domain/errors.ts';

/** Files of a folder by name. */
export type Files = Readonly<Record<string, string>>;

/** Loads the configuration of a folder that holds these files and is gone afterwards. */
export function load(yaml: string | undefined, options: { env?: NodeJS.ProcessEnv; files?: Files } = {}): Config {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
  try {
    const files: Files = { ...options.files, ...(yaml === undefined ? {} : { 'temporal.yaml': yaml }) };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return loadConfig({ cwd: folder, env: options.env ?? {} });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The sentence with which a configuration is refused. */
export function refusal(yaml: string | undefined, options: { env?: NodeJS.ProcessEnv; files?: Files } = {}): string {
  try {
    load(yaml, options);
  } catch (error) {
    if (error instanceof JobError && error.code === 'invalid-config') return error.message;
    throw error;
  }
  return 'accepted';
}
