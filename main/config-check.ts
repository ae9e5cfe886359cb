import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { JSON_SCHEMA_FILE } from '../config/index.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { checkConfig, writeConfigSchema } from './check-config.ts';

const HELP = `npm run config-check [-- FOLDER] [OPTIONS]

Shows what temporal.yaml and the environment come to, with where each value is from, which models would answer and
which jobs' data they may see. Starts nothing. Exit code 0 when all is well, else 3.

  FOLDER      the folder of temporal.yaml, instead of this one
  --json      one JSON object
  --schema    write ${JSON_SCHEMA_FILE}, by which editors check temporal.yaml
  --help      show this
`;

const root = join(import.meta.dirname, '..');
const json = process.argv.includes('--json');

try {
  process.exitCode = await check(optionsOf(process.argv.slice(2)));
} catch (error) {
  const sentence = sentenceOf(error);
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, problems: [sentence] })}\n`);
  else process.stderr.write(`holdfast: ${sentence}\n`);
  process.exitCode = error instanceof JobError ? error.traits.exitCode : 1;
}

interface Options {
  readonly folder: string;
  readonly schema: boolean;
  readonly help: boolean;
}

function optionsOf(args: readonly string[]): Options {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const options = { json: flag, schema: flag, help: flag };
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { ...values, folder: resolve(root, positionals[0] ?? '.') };
  } catch (cause) {
    const [first = ''] = sentenceOf(cause).split('. ');
    throw new JobError('invalid-input', `${first}; \`npm run config-check -- --help\` lists the options.`, { cause });
  }
}

async function check({ folder, schema, help }: Options): Promise<number> {
  if (help) process.stdout.write(HELP);
  else if (schema) writeConfigSchema(root);
  if (help || schema) return 0;
  const { text, exitCode } = await checkConfig({ folder, env: process.env, json });
  process.stdout.write(text);
  return exitCode;
}
