import { type HoldfastClient, parseTenant, type Tenant } from '../../client/index.ts';
import { JobError } from '../../domain/errors.ts';
import { type RunningBooks, startBooks } from '../../main/books.ts';
import { openEngine, removeEngine } from '../../main/engine.ts';
import { erringModel } from '../../main/simulated-model.ts';
import { evaluationHome, ROOT } from '../replay/evaluation-home.ts';
import type { InvoicesOptions } from './options.ts';

/** What one evaluation works with: an engine that nobody else has, with the simulated model and empty books. */
export interface Evaluation {
  readonly client: HoldfastClient;
  readonly tenant: Tenant;
  readonly books: RunningBooks;
  /** The gate's database, with the login that reads the ledger and the transcripts. */
  readonly databaseUrl: string;
  /** The simulated model's origin. */
  readonly model: string;
  /** Ends everything that was started and deletes what it kept. */
  close(): Promise<void>;
}

// The keys of calls hold the tenant, and the model errs by them: one name, in a home that is always new, makes a seed repeatable.
const TENANT = parseTenant('evaluation');

/** Brings up the example job on a stack of its own. The user's servers, keys and models are not used. */
export async function openEvaluation(options: InvoicesOptions, tell: (line: string) => void): Promise<Evaluation> {
  const home = evaluationHome();
  const books: RunningBooks[] = [];
  const engine = await openEngine({
    home,
    env: {},
    jobs: ['examples/invoice-intake'],
    root: ROOT,
    layout: 'together',
    systems: async (stack) => {
      const running = await startBooks(stack);
      books.push(running);
      return { books: { address: running.address, credential: running.token } };
    },
    endpoints: (stack) => erringModel(stack, { rate: options.modelErrors, seed: options.seed }),
    onProgress: tell,
  });
  const [running] = books;
  const [model] = engine.endpoints;
  if (running === undefined || model === undefined)
    throw new JobError('stack-failed', 'The engine came up without the books or the simulated model.');
  return {
    client: engine.client,
    tenant: TENANT,
    books: running,
    databaseUrl: engine.stack.addresses.database.clientUrl,
    model: new URL(model.address).origin,
    close: async () => {
      await engine.close();
      removeEngine(home);
    },
  };
}
