/**
 * Nanoseconds on the monotonic clock that all processes of a machine share (`CLOCK_MONOTONIC`), so that the
 * histories of many processes lie on one timeline.
 */
export function monotonicNs(): bigint {
  return process.hrtime.bigint();
}

/** Nanoseconds since an epoch that was taken with {@link monotonicNs}, possibly in another process. */
export function sinceNs(epochNs: bigint): number {
  return Number(process.hrtime.bigint() - epochNs);
}
