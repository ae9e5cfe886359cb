import type { WorkflowInterceptors } from '@temporalio/workflow';
import { enterExecution, headersOfNext } from './plain-execution.ts';

/** What the plugin adds to every Workflow of its worker: each execution of a chain of Continue-As-New learns its place in it. */
export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        execute: (input, next) => {
          enterExecution(input.headers);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        continueAsNew: (input, next) => next({ ...input, headers: { ...input.headers, ...headersOfNext() } }),
      },
    ],
  };
}
