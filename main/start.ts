import { join, resolve } from 'node:path';
import { loadConfig } from '../config/index.ts';
import { JobError, sentenceOf } from '../domain/errors.ts';
import { runDemo, type DemoReport } from '../examples/invoice-intake/demo/demo.ts';
import { findDocuments, type FoundDocuments } from '../examples/invoice-intake/demo/find-documents.ts';
import { runDocuments } from '../examples/invoice-intake/demo/run-documents.ts';
import type { Stack } from '../stack/index.ts';
import { askQuestion } from './ask-question.ts';
import { askRelease } from './ask-release.ts';
import { askedToEnd } from './asked-to-end.ts';
import { startBooks, type RunningBooks } from './books.ts';
import { configuredEngine } from './configured-engine.ts';
import { demoTenant } from './demo-tenant.ts';
import { type Engine, openEngine, type Systems } from './engine.ts';
import { openUnlessAsked } from './open-unless-asked.ts';
import { HELP, readOptions, type StartOptions } from './options.ts';
import { projectHome } from './project-home.ts';

const PATIENCE_MS = 20_000;
const root = join(import.meta.dirname, '..');
const home = projectHome(root, process.env);
const say = (line: string): boolean => process.stderr.write(`holdfast: ${line}\n`);

const asked = askedToEnd();

let verbose = false;
try {
  const options = readOptions(process.argv.slice(2));
  verbose = options.verbose;
  if (options.help) process.stdout.write(HELP);
  else process.exitCode = await start(options);
} catch (error) {
  say(sentenceOf(error));
  if (verbose && error instanceof Error) say(error.stack ?? '');
  process.exitCode = error instanceof JobError ? error.traits.exitCode : 1;
}

async function start(options: StartOptions): Promise<number> {
  // Before anything is started: a folder that is not there must leave no stack behind.
  const found = options.documents === undefined ? undefined : await findDocuments(fromHere(options.documents));
  if (found === undefined && options.once && !options.yes && !process.stdin.isTTY) {
    throw new JobError(
      'invalid-input',
      'There is no terminal to ask at; add --yes to let the demo approver release, or leave --once out.',
    );
  }
  const config = loadConfig({ cwd: root, env: process.env });
  const running: { books?: RunningBooks } = {};
  const tenants = ['default', await demoTenant(home, options.fresh)];
  const around = { home, env: process.env, tenants, onProgress: say, verbose: options.verbose };
  const systems = async (stack: Stack): Promise<Systems> => {
    const books = await startBooks(stack);
    running.books = books;
    return { books: { address: books.address, credential: books.token } };
  };
  const opening = openEngine(configuredEngine(config, { ...around, systems }));
  const engine = await openUnlessAsked(opening, asked, say);
  try {
    const demo = demoOf(engine, { options, found }, running.books);
    const report = await Promise.race([demo, asked]);
    if (report === undefined) return 0;
    const code = exitCodeOf(report);
    if (!options.once)
      say(`HTTP API: ${engine.api ?? ''} (npx holdfast login ada --tenant ${await demoTenant(home, false)})`);
    if (options.once) return code;
    say('serving; Ctrl-C stops everything');
    await asked;
    return code;
  } finally {
    await engine.close();
  }
}

// npm starts its scripts in the project's folder, wherever the user stands.
function fromHere(folder: string): string {
  const here = process.env['INIT_CWD'] ?? '';
  return resolve(here === '' ? process.cwd() : here, folder);
}

async function demoOf(
  engine: Engine,
  { options, found }: { options: StartOptions; found: FoundDocuments | undefined },
  books: RunningBooks | undefined,
): Promise<DemoReport> {
  if (books === undefined) throw new JobError('stack-failed', 'The books are not up.');
  // Chosen when the API was told who may act in it.
  const tenant = await demoTenant(home, false);
  const release = options.yes ? releaseByItself : askRelease;
  // A run of the user's own stays and waits where nobody can be asked.
  const nobody = found !== undefined && !options.yes && !process.stdin.isTTY;
  const demo = {
    client: engine.client,
    tenant,
    books,
    output: process.stdout,
    ...(nobody ? {} : { release }),
    ...(process.stdin.isTTY ? { answer: askQuestion, complain: say } : {}),
    ...(options.once ? { patienceMs: PATIENCE_MS } : {}),
  };
  return found === undefined ? runDemo(demo) : runDocuments(demo, found);
}

async function releaseByItself(question: string): Promise<boolean> {
  say(`released by the demo approver (--yes): ${question}`);
  return true;
}

function exitCodeOf(report: DemoReport): number {
  if (report.stuck !== undefined) {
    say(`${report.stuck} The runs stay and go on when it is back.`);
    return new JobError('unavailable', report.stuck).traits.exitCode;
  }
  if (!report.asExpected) say(report.sentence ?? 'Not every document reached its expected end.');
  return report.asExpected ? 0 : 1;
}
