/** How long a tool waits for its answer, in milliseconds. */
export const TOOL_TIMEOUT_MS = 2_000;
/** When an effect takes place that is slower than its deadline, in milliseconds after the request. */
export const SLOW_EFFECT_MS = 3_000;
/** When an answer comes that the caller has long stopped to wait for, in milliseconds after the request. */
export const LATE_ANSWER_MS = 4_500;
/** How long an endpoint may take, in milliseconds, before another one is asked. */
export const MODEL_TIMEOUT_MS = 5_000;
/** How long an endpoint that hangs holds a connection, in milliseconds. */
export const HANG_MS = 60_000;
/** How long an endpoint that refuses connections does so, in milliseconds. */
export const REFUSING_MS = 400;
