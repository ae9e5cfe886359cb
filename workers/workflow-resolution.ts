const fromSources = import.meta.url.endsWith('.ts');

/**
 * How the bundler of workflows resolves this package: by its sources only while it runs from them itself. Set always, the
 * condition would break a published package, and never, a stale build would be bundled in silence.
 */
export function workflowResolution(): { readonly conditionNames?: string[] } {
  return fromSources ? { conditionNames: ['holdfast-source', '...'] } : {};
}
