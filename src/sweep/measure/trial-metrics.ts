import type { Histogram } from 'hdr-histogram-js';
import type { CellSettings } from '../axes.ts';
import { jainIndex, longestStarvationNs, slowestShare } from './fairness.ts';
import { newHistogram, percentilesOf, recordNs, TIMED, toMs, type PercentilesMs, type Timed } from './latencies.ts';
import { mean, quantile } from '../statistics/quantile.ts';
import type { Sample } from './samples.ts';
import { warmUpBins } from './warm-up.ts';

/** What one worker got. */
export interface WorkerMetrics {
  worker: string;
  acknowledged: number;
  failed: number;
  latencyMsP99: number;
  latencyMsMax: number;
  commitMsMax: number;
  /** Longest time in a single operation, whatever came of it. */
  freezeMsMax: number;
  starvationMsMax: number;
}

/** What came out of one trial, after its warm-up. */
export interface TrialMetrics {
  windowMs: number;
  warmUpMs: number;
  acknowledged: number;
  failed: number;
  /** The board said no although SQLite did not; neither a success nor an error. */
  refused: number;
  /** Failures by code. */
  errors: Record<string, number>;
  /** Of the SQLITE_BUSY: how many came after the whole busy timeout, and how many at once, without waiting for it. */
  timedOut: number;
  atOnce: number;
  /** Failures per operation that was told success or failure. */
  errorRate: number;
  retriesPerOperation: number;
  throughputPerSecond: number;
  /** Of acknowledged operations. Those that were due and never begun count in `latency` with the time they had waited. */
  timesMs: Record<Timed, PercentilesMs>;
  /**
   * What an operation costs where nobody disturbs it: the service time that one in a hundred of its kind falls below, as the
   * geometric mean of the kinds. Whatever else the machine does only ever adds to a time.
   */
  floorMs: number;
  /** How many were due in an open loop and never begun. */
  unserved: number;
  /** Operations begun per second over those that were due: 1 if the open loop held its rate; `null` in a closed one. */
  rateHeld: number | null;
  jain: number;
  slowestShare: number;
  starvationMsMax: number;
  workers: WorkerMetrics[];
}

/** When a trial's workers were at work, in nanoseconds since its epoch. */
export interface TrialSpan {
  startNs: number;
  endNs: number;
  /** A strike from outside: what follows it is no warm-up. */
  strikeNs?: number;
}

/** The warm-up rule looks at so many stretches of time. */
const BINS = 40;
/** A busy error after this share of the timeout has waited for it. */
const TIMED_OUT_SHARE = 0.9;
/** Whoever fails so soon has not waited: SQLite's waits add up to more, but for the first two. */
const AT_ONCE_NS = 3e6;

/** What a trial came to: its numbers, and the histograms from which those of several trials are merged. */
export interface MeasuredTrial {
  metrics: TrialMetrics;
  histograms: Record<Timed, Histogram>;
}

/** @param byWorker the operations of each worker in order, from `samplesOf`. */
export function measure(
  byWorker: ReadonlyMap<string, readonly Sample[]>,
  span: TrialSpan,
  settings: CellSettings,
): MeasuredTrial {
  const all = [...byWorker.values()].flat();
  const fromNs = span.startNs + warmUpNs(all, span);
  const window = { fromNs, toNs: span.endNs };
  const inWindow = ({ dueNs }: Sample): boolean => dueNs >= fromNs && dueNs < window.toNs;
  const samples = all.filter(inWindow);
  const unserved = settings.loop === 'open' ? unservedNs(byWorker, window, settings.ratePerSecond) : [];
  const histograms = histogramsOf(samples, unserved);
  const windowMs = (window.toNs - fromNs) / 1e6;
  const ended = all.filter(({ endNs }) => endNs >= fromNs && endNs < window.toNs);
  const acknowledged = ended.filter(({ outcome }) => outcome === 'ok').length;
  const workers = [...byWorker].map(([worker, own]) => workerMetrics(worker, own, window));
  const shares = workers.map((worker) => worker.acknowledged);
  const metrics: TrialMetrics = {
    windowMs: Math.round(windowMs),
    warmUpMs: Math.round((fromNs - span.startNs) / 1e6),
    acknowledged,
    ...errorsOf(samples, settings),
    throughputPerSecond: acknowledged / (windowMs / 1000),
    timesMs: Object.fromEntries(
      TIMED.map((timed) => [timed, percentilesOf(histograms[timed])]),
    ) as TrialMetrics['timesMs'],
    floorMs: floorMs(samples),
    unserved: unserved.length,
    rateHeld: settings.loop === 'open' ? share(samples.length, samples.length + unserved.length) : null,
    jain: jainIndex(shares),
    slowestShare: slowestShare(shares),
    starvationMsMax: Math.max(0, ...workers.map((worker) => worker.starvationMsMax)),
    workers,
  };
  return { metrics, histograms };
}

/** The rule's cut, in nanoseconds after the start: none where hardly anything happened. */
function warmUpNs(samples: readonly Sample[], { startNs, endNs, strikeNs = endNs }: TrialSpan): number {
  const binNs = (strikeNs - startNs) / BINS;
  const bins = Array.from({ length: BINS }, () => 0);
  for (const { endNs: atNs } of samples) {
    const bin = Math.floor((atNs - startNs) / binNs);
    if (bin >= 0 && bin < BINS) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return warmUpBins(bins) * binNs;
}

/** How long those had waited at the end that were due in the window and never begun. */
function unservedNs(
  byWorker: ReadonlyMap<string, readonly Sample[]>,
  { fromNs, toNs }: { fromNs: number; toNs: number },
  ratePerSecond: number,
): number[] {
  const intervalNs = 1e9 / ratePerSecond;
  const waited: number[] = [];
  for (const samples of byWorker.values()) {
    const last = samples.at(-1);
    // Half an interval to spare: what was due at the very end is no backlog.
    for (let dueNs = (last?.dueNs ?? fromNs) + intervalNs; dueNs < toNs - intervalNs / 2; dueNs += intervalNs) {
      if (dueNs >= fromNs) waited.push(toNs - dueNs);
    }
  }
  return waited;
}

function histogramsOf(samples: readonly Sample[], unserved: readonly number[]): Record<Timed, Histogram> {
  const histograms = Object.fromEntries(TIMED.map((timed) => [timed, newHistogram()])) as Record<Timed, Histogram>;
  for (const { dueNs, startNs, endNs, outcome, phases } of samples) {
    if (outcome !== 'ok') continue;
    recordNs(histograms.latency, endNs - dueNs);
    recordNs(histograms.service, endNs - startNs);
    recordNs(histograms.wait, phases.waitNs);
    recordNs(histograms.work, phases.workNs);
    recordNs(histograms.commit, phases.commitNs);
  }
  for (const waitedNs of unserved) recordNs(histograms.latency, waitedNs);
  return histograms;
}

const FLOOR_SHARE = 0.01;
/** Kinds of which there were fewer say nothing. */
const FLOOR_LEAST = 10;

function floorMs(samples: readonly Sample[]): number {
  const byKind = Map.groupBy(
    samples.filter(({ outcome }) => outcome === 'ok'),
    ({ kind }) => kind,
  );
  const floors = [...byKind.values()]
    .filter(({ length }) => length >= FLOOR_LEAST)
    .map(
      (own) =>
        quantile(
          own.map(({ startNs, endNs }) => endNs - startNs),
          FLOOR_SHARE,
        ) / 1e6,
    );
  return floors.length === 0 ? 0 : Math.exp(mean(floors.map(Math.log)));
}

type Errors = Pick<
  TrialMetrics,
  'failed' | 'refused' | 'errors' | 'timedOut' | 'atOnce' | 'errorRate' | 'retriesPerOperation'
>;

function errorsOf(samples: readonly Sample[], settings: CellSettings): Errors {
  const errors: Record<string, number> = {};
  const failures = samples.filter(({ outcome }) => outcome === 'failed');
  for (const { code } of failures) errors[code] = (errors[code] ?? 0) + 1;
  const busy = failures.filter(({ code }) => code.startsWith('SQLITE_BUSY') || code === 'LOCK_TIMEOUT');
  const timeoutNs = (settings.axes.busyTimeoutMs ?? Infinity) * 1e6;
  const waitedOut = ({ phases }: Sample): boolean => timeoutNs > 0 && phases.lastNs >= timeoutNs * TIMED_OUT_SHARE;
  const succeeded = samples.filter(({ outcome }) => outcome === 'ok').length;
  const retries = samples.reduce((sum, { phases }) => sum + phases.retries, 0);
  return {
    failed: failures.length,
    refused: samples.filter(({ outcome }) => outcome === 'refused').length,
    errors,
    timedOut: busy.filter(waitedOut).length,
    atOnce: busy.filter((sample) => !waitedOut(sample) && sample.phases.lastNs < AT_ONCE_NS).length,
    errorRate: share(failures.length, failures.length + succeeded) ?? 0,
    retriesPerOperation: share(retries, samples.length) ?? 0,
  };
}

function workerMetrics(
  worker: string,
  samples: readonly Sample[],
  window: { fromNs: number; toNs: number },
): WorkerMetrics {
  const latency = newHistogram();
  let [freezeNs, commitNs, acknowledged, failed] = [0, 0, 0, 0];
  for (const { dueNs, startNs, endNs, outcome, phases } of samples) {
    if (endNs < window.fromNs) continue;
    freezeNs = Math.max(freezeNs, Math.min(endNs, window.toNs) - Math.max(startNs, window.fromNs));
    commitNs = Math.max(commitNs, phases.commitNs);
    if (outcome === 'failed') failed++;
    if (outcome === 'ok' && endNs < window.toNs) acknowledged++;
    if (outcome === 'ok' && dueNs >= window.fromNs) recordNs(latency, endNs - dueNs);
  }
  const { p99, max } = percentilesOf(latency);
  return {
    worker,
    acknowledged,
    failed,
    latencyMsP99: p99,
    latencyMsMax: max,
    commitMsMax: toMs(commitNs),
    freezeMsMax: toMs(freezeNs),
    starvationMsMax: toMs(longestStarvationNs(samples, window)),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
