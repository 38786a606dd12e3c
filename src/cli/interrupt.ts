import { EXIT } from './exit-codes.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Turns the first Ctrl-C (or a polite termination) into an abort signal. The second one ends the process at once; what
 * is left is the reaper's to clean up.
 * @param onFirst told of the first.
 */
export function interruptSignal(onFirst: () => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const handler = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
    onFirst();
  };
  for (const name of SIGNALS) process.on(name, handler);
  const release = (): void => {
    for (const name of SIGNALS) process.off(name, handler);
  };
  return { signal: controller.signal, release };
}
