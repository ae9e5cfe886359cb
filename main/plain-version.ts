import type { Client } from '@temporalio/client';
import { announceBuild } from '../workers/builds/announce-build.ts';
import { type Build, buildIdOf, deploymentOf } from '../workers/builds/build-of.ts';

/** The version that workers of a bundle's code are on a Task Queue. For those who start workers themselves, beside an engine. */
export function versionOf(taskQueue: string, code: string): Build {
  return { deployment: deploymentOf(taskQueue), build: buildIdOf(code) };
}

/**
 * Makes a version the current one of its Task Queue; its workers must have been started.
 * @throws JobError `stack-failed` when the server does not take it
 */
export async function announceVersion({ workflowService, options }: Client, version: Build): Promise<void> {
  await announceBuild({ service: workflowService, namespace: options.namespace }, version);
}
