import v8 from 'node:v8';
import vm from 'node:vm';

// Loaded before everything else by worker processes and by the threads that run their workflows (`--import`), where it takes
// two costs of Temporal's SDK away. Neither is there for right results, and what it does not know it leaves as it is.
//
// 1. For every promise of a workflow the SDK takes a stack trace, which only the query `__stack_trace` shows. Refused, it says
//    so in one line and goes on.
// 2. Every call into the sandbox gets a time limit, for which Node starts a thread: three calls for each Workflow Task. Two
//    of them run no job code and get none; the third keeps it, so that an endless loop still ends.
// Measured, a replay took 0.27 ms of processor time for each event and takes 0.14.
v8.promiseHooks.createHook = () => {
  throw new Error('Stack traces of promises are switched off.');
};

type RunCall = [context: vm.Context, options?: vm.RunningScriptInNewContextOptions];

/** What the sandbox's global object holds while the SDK calls into it. */
interface Sandbox {
  readonly __temporal_args?: readonly [holder: unknown, called: unknown, input: unknown];
  /** Which run's globals are in place. */
  readonly __TEMPORAL_BAG_HOLDER__?: unknown;
  readonly __TEMPORAL_ACTIVATOR__?: { readonly blockedConditions?: { readonly size?: number } };
}

const sandboxed: Pick<vm.Script, 'runInContext'> = vm.Script.prototype;
const run = Reflect.get(sandboxed, 'runInContext') as (this: vm.Script, ...call: RunCall) => unknown;

sandboxed.runInContext = function (this: vm.Script, context: Sandbox & vm.Context, options) {
  return run.call(this, context, runsJobCode(context) ? options : undefined);
};

// What is known to run none: handing over what the run has decided, and looking for fulfilled conditions where none is open.
function runsJobCode(sandbox: Sandbox): boolean {
  const [holder, called] = sandbox.__temporal_args ?? [];
  if (called === 'concludeActivation') return false;
  const own = holder !== undefined && sandbox.__TEMPORAL_BAG_HOLDER__ === holder;
  const open = sandbox.__TEMPORAL_ACTIVATOR__?.blockedConditions?.size;
  return !(called === 'tryUnblockConditions' && own && open === 0);
}
