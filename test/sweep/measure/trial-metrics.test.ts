import { describe, expect, it } from 'vitest';
import { defaultSettings, type CellSettings } from '../../../src/sweep/axes.ts';
import { jainIndex, longestStarvationNs, slowestShare } from '../../../src/sweep/measure/fairness.ts';
import type { Sample } from '../../../src/sweep/measure/samples.ts';
import { measure } from '../../../src/sweep/measure/trial-metrics.ts';
import { warmUpBins } from '../../../src/sweep/measure/warm-up.ts';

const MS = 1e6;
const NO_PHASES = { waitNs: 0, workNs: 0, commitNs: 0, transactions: 1, retries: 0, lastNs: 0 };

/** An operation by its times in milliseconds. */
function sample(dueMs: number, startMs: number, endMs: number, more: Partial<Sample> = {}): Sample {
  const times = { dueNs: dueMs * MS, startNs: startMs * MS, endNs: endMs * MS };
  return { worker: 'w1.0', kind: 'create', ...times, outcome: 'ok', code: '', phases: NO_PHASES, ...more };
}

/** A worker that does an operation of 1 ms every 10 ms for a second. */
const steady = (): Sample[] =>
  Array.from({ length: 100 }, (_, index) => sample(index * 10, index * 10, index * 10 + 1));
const SPAN = { startNs: 0, endNs: 1000 * MS };
const settings = (more: Partial<CellSettings> = {}): CellSettings => ({ ...defaultSettings(), ...more });
const OPEN = settings({ loop: 'open', ratePerSecond: 100 });

describe('latency', () => {
  it('counts a stall for every operation that was due in it: no coordinated omission', () => {
    // Everything due between 200 and 700 ms is done right after 700 ms.
    const stalled = steady().map((own) => {
      const due = own.dueNs / MS;
      return due >= 200 && due < 700 ? sample(due, 700 + (due - 200) / 50, 700 + (due - 200) / 50 + 0.2) : own;
    });
    const { metrics } = measure(new Map([['w1.0', stalled]]), { ...SPAN, strikeNs: 200 * MS }, OPEN);
    expect(metrics.timesMs.latency.p90).toBeGreaterThan(300);
    expect(metrics.timesMs.latency.p99).toBeGreaterThan(450);
    // What a closed loop would have seen of the same.
    expect(metrics.timesMs.service.p99).toBeLessThan(2);
  });

  it('is the same from the intended and the real start where nothing stalls', () => {
    const { metrics } = measure(new Map([['w1.0', steady()]]), SPAN, OPEN);
    expect(metrics.timesMs.latency).toEqual(metrics.timesMs.service);
    expect(metrics).toMatchObject({ unserved: 0, rateHeld: 1, errorRate: 0, warmUpMs: 0 });
  });

  it('counts what was due and never begun, with the time that it had waited', () => {
    const half = steady().slice(0, 50);
    const { metrics } = measure(new Map([['w1.0', half]]), { ...SPAN, strikeNs: 500 * MS }, OPEN);
    expect(metrics.unserved).toBe(50);
    expect(metrics.rateHeld).toBeCloseTo(0.5, 1);
    expect(metrics.timesMs.latency.max).toBeGreaterThan(490);
  });

  it('leaves failures out, and tells them by code', () => {
    const failures = steady().map((own, index) =>
      index % 4 === 0 ? { ...own, outcome: 'failed' as const, code: 'SQLITE_BUSY_SNAPSHOT' } : own,
    );
    const { metrics } = measure(new Map([['w1.0', failures]]), SPAN, settings());
    expect(metrics.errors).toEqual({ SQLITE_BUSY_SNAPSHOT: 25 });
    expect(metrics.errorRate).toBe(0.25);
    expect(metrics.timesMs.latency.count).toBe(75);
  });

  it('tells who waited for the whole timeout from who failed at once', () => {
    const failed = (lastMs: number): Sample =>
      sample(500, 500, 500 + lastMs, {
        outcome: 'failed',
        code: 'SQLITE_BUSY',
        phases: { ...NO_PHASES, lastNs: lastMs * MS },
      });
    const axes = { axes: { busyTimeoutMs: 100 } };
    const of = (own: Sample) => measure(new Map([['w1.0', [own]]]), SPAN, settings(axes)).metrics;
    expect(of(failed(101))).toMatchObject({ timedOut: 1, atOnce: 0 });
    expect(of(failed(0.2))).toMatchObject({ timedOut: 0, atOnce: 1 });
  });

  it('does not count a refusal of the board as an error', () => {
    const refused = steady().map((own) => ({ ...own, outcome: 'refused' as const, code: 'CLAIM_LOST' }));
    const { metrics } = measure(new Map([['w1.0', refused]]), SPAN, settings());
    expect(metrics).toMatchObject({ refused: 100, failed: 0, errorRate: 0, starvationMsMax: expect.closeTo(1, 1) });
  });
});

describe('warm-up', () => {
  it('drops a slow start and nothing of a steady run', () => {
    expect(warmUpBins([2, 9, 50, 51, 49, 50, 50, 49, 51, 50])).toBe(2);
    expect(warmUpBins([50, 51, 49, 50, 50, 49, 51, 50])).toBe(0);
  });

  it('never drops more than half', () => {
    expect(warmUpBins([1, 2, 3, 4, 5, 6, 7, 100])).toBeLessThanOrEqual(4);
  });
});

describe('fairness', () => {
  it("Jain's index is 1 for equal shares and 1/n where one has it all", () => {
    expect(jainIndex([5, 5, 5, 5])).toBe(1);
    expect(jainIndex([20, 0, 0, 0])).toBe(0.25);
    expect(jainIndex([0, 0])).toBe(1);
  });

  it("the slowest one's share is 1 where all have the same", () => {
    expect(slowestShare([7, 7])).toBe(1);
    expect(slowestShare([30, 10])).toBe(0.5);
  });

  it('starvation lasts from the first wish to the next success, through all failures', () => {
    const failed = { outcome: 'failed' as const, code: 'SQLITE_BUSY' };
    const samples = [sample(0, 0, 1), sample(10, 10, 60, failed), sample(60, 60, 110, failed), sample(110, 110, 111)];
    expect(longestStarvationNs(samples, { fromNs: 0, toNs: 1000 * MS })).toBe(101 * MS);
    // Idle time is none: nothing was wanted.
    expect(longestStarvationNs([sample(0, 0, 1), sample(500, 500, 501)], { fromNs: 0, toNs: 1000 * MS })).toBe(MS);
  });

  it('starvation that nobody ended lasts to the end', () => {
    const samples = [sample(100, 100, 150, { outcome: 'failed', code: 'SQLITE_BUSY' })];
    expect(longestStarvationNs(samples, { fromNs: 0, toNs: 1000 * MS })).toBe(900 * MS);
  });
});
