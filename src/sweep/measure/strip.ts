import type { FaultRecord } from '../../fault/fault.ts';
import type { Sample } from './samples.ts';
import type { TrialSpan } from './trial-metrics.ts';

/** What a worker did in a short stretch of time: told of success, told of failure, in an operation throughout, or neither. */
export type StripState = 'acknowledged' | 'failed' | 'waiting' | 'idle' | 'stopped';

/** How the workers of one trial fared around the moment in which one of them was stopped. */
export interface Strip {
  binMs: number;
  stop: { worker: string; fromMs: number; toMs: number; inTransaction: boolean | null };
  workers: { worker: string; bins: StripState[] }[];
}

const BINS = 60;

/** A row of states for each worker over the whole trial; the time of the strike is marked on the one who was struck. */
export function stripOf(
  byWorker: ReadonlyMap<string, readonly Sample[]>,
  { startNs, endNs }: TrialSpan,
  fault: FaultRecord,
): Strip {
  const binNs = (endNs - startNs) / BINS;
  const fromMs = (fault.atNs - startNs) / 1e6;
  const stop = {
    worker: fault.worker,
    fromMs: Math.round(fromMs),
    toMs: Math.round(fromMs + fault.durationMs),
    inTransaction: fault.inTransaction,
  };
  const workers = [...byWorker].map(([worker, samples]) => {
    const bins = binsOf(samples, startNs, binNs);
    if (worker === fault.worker) markStop(bins, stop, binNs / 1e6);
    return { worker, bins };
  });
  return { binMs: Math.round(binNs / 1e4) / 100, stop, workers };
}

function binsOf(samples: readonly Sample[], startNs: number, binNs: number): StripState[] {
  const bins = Array.from({ length: BINS }, (): StripState => 'idle');
  const binOf = (ns: number): number => Math.floor((ns - startNs) / binNs);
  for (const { startNs: fromNs, endNs, outcome } of samples) {
    for (let bin = Math.max(0, binOf(fromNs) + 1); bin < Math.min(BINS, binOf(endNs)); bin++) bins[bin] = 'waiting';
    const last = binOf(endNs);
    if (last < 0 || last >= BINS) continue;
    if (outcome === 'failed') bins[last] = 'failed';
    else if (bins[last] !== 'failed') bins[last] = 'acknowledged';
  }
  return bins;
}

function markStop(bins: StripState[], { fromMs, toMs }: Strip['stop'], binMs: number): void {
  for (let bin = Math.ceil(fromMs / binMs); bin < Math.min(BINS, Math.floor(toMs / binMs)); bin++)
    bins[bin] = 'stopped';
}
