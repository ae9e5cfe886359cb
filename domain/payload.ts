/** The most bytes that a workflow hands to an Activity, gets from one, or is told by a signal; what is larger goes by reference. */
export const MAX_PAYLOAD_BYTES = 8_192;

/** The most bytes that a run may start with: its pinned skeleton, since its input goes by reference. */
export const MAX_START_BYTES = 256 * 1024;
