import { z } from 'zod';
import { EffectsLedger } from '../replay/effects-ledger.ts';
import { type JsonAnswer, type JsonRequest, serveProcess } from '../replay/serve-json.ts';
import { readToolcalls } from './data.ts';
import { readEnvironment } from './environment.ts';
import { ReplayedTask } from './replayed-task.ts';

// The systems behind the tools of the data, as one process. `POST /calls` carries a call out, `POST /runs` tells which run is
// which conversation, `GET /ledger` and `GET /states` show what happened.
const Call = z.object({ run: z.string(), tool: z.string(), arguments: z.json() });
const Runs = z.array(z.object({ run: z.string(), id: z.string() }));

const { folder } = readEnvironment(process.env);
const { multiTurn } = await readToolcalls(folder);
const ledger = new EffectsLedger();
const tasks = new Map<string, ReplayedTask>();

await serveProcess((request) => {
  switch (`${request.method} ${request.path}`) {
    case 'POST /calls':
      return carriedOut(request);
    case 'POST /runs':
      for (const { run, id } of Runs.parse(request.body)) {
        const task = multiTurn.tasks.find((one) => one.id === id);
        if (task !== undefined) tasks.set(run, new ReplayedTask(task));
      }
      return { status: 201 };
    case 'GET /ledger':
      return { body: ledger.entries() };
    case 'GET /states':
      return { body: [...tasks].map(([run, task]) => ({ run, sha256: task.hash() })) };
    default:
      return { status: 404 };
  }
});

// What no conversation asks for is a lookup: a question alone has no state.
function carriedOut({ body, headers }: JsonRequest): JsonAnswer {
  const { run, tool, arguments: args } = Call.parse(body);
  const key = String(headers['idempotency-key'] ?? '');
  const task = tasks.get(run);
  const { what, result } =
    task === undefined ? { what: 'read', result: `${tool} was called` } : task.call(tool, args, key);
  ledger.append({ run, tool, arguments: args, key, what });
  return result === undefined ? { status: 422, body: { error: 'unknown' } } : { body: { result } };
}
