import { z } from 'zod';
import { benchEnvironmentSchema } from '../environment.ts';

const count = z.int().min(0);
const amount = z.number().min(0);
const value = z.union([z.string(), z.number()]);
const params = z.record(z.string(), value);

const estimate = z
  .strictObject({ value: z.number(), low: z.number(), high: z.number() })
  .describe('median over the repetitions with its 95 % bootstrap interval');

const percentiles = z.strictObject({
  count,
  p50: amount,
  p90: amount,
  p99: amount,
  'p99.9': amount,
  max: amount,
});

const worker = z.strictObject({
  worker: z.string(),
  acknowledged: count,
  failed: count,
  latencyMsP99: amount,
  latencyMsMax: amount,
  commitMsMax: amount,
  freezeMsMax: amount.describe('longest time in a single operation, whatever came of it'),
  starvationMsMax: amount.describe('longest time that it wanted something and was told of no success'),
});

const repetition = z.strictObject({
  repetition: count,
  warmUpMs: amount.describe('left out at the start, by the marginal standard error rule'),
  windowMs: amount,
  acknowledged: count,
  failed: count,
  refused: count.describe('the board said no although SQLite did not; neither a success nor an error'),
  errors: z.record(z.string(), count).describe('failures by code'),
  timedOut: count.describe('SQLITE_BUSY after the whole busy timeout'),
  atOnce: count.describe('SQLITE_BUSY without having waited'),
  errorRate: z.number().min(0).max(1),
  retriesPerOperation: amount,
  throughputPerSecond: amount,
  timesMs: z
    .strictObject({
      latency: percentiles,
      service: percentiles,
      wait: percentiles,
      work: percentiles,
      commit: percentiles,
    })
    .describe(
      'of acknowledged operations; latency counts from the intended start, service from the real one; wait for the ' +
        'lock, work under it and commit are sums over the transactions of an operation',
    ),
  floorMs: amount.describe(
    'service time that one in a hundred operations falls below, as the geometric mean of the kinds',
  ),
  unserved: count.describe('due in an open loop and never begun; in latency with the time they had waited'),
  rateHeld: z.number().nullable().describe('share of the due operations that were begun; null in a closed loop'),
  jain: z.number().min(0).max(1),
  slowestShare: amount.describe('what the slowest worker got, over a fair part'),
  starvationMsMax: amount,
  workers: z.array(worker),
  yardstick: z.strictObject({ writesPerSecond: amount, syncsPerSecond: amount }),
});

const curve = z
  .array(z.strictObject({ percentile: z.number().min(0).max(100), ms: amount, low: amount, high: amount }))
  .describe('ascending; low and high are the least and the largest over the repetitions where that is known');

const cell = z.strictObject({
  id: z.string(),
  params,
  settings: z.record(z.string(), z.unknown()).describe('everything that the cell was set to'),
  metrics: z
    .record(z.string(), estimate)
    .describe('throughput, errors, floor, p50, p90, p99, p99.9, max, wait, starvation, freeze, fairness'),
  curves: z.strictObject({ latency: curve, service: curve }),
  histograms: z
    .strictObject({ latency: z.string(), service: z.string(), wait: z.string(), work: z.string(), commit: z.string() })
    .describe('over all repetitions, in nanoseconds: compressed HDR histograms in base64, which can be added up'),
  missedStops: count,
  repetitions: z.array(repetition),
});

const comparison = z.strictObject({
  axis: z.string(),
  from: z.string(),
  to: z.string(),
  where: z.string().optional().describe('the other parameters, where this is about two cells'),
  metric: z.string(),
  fromMedian: z.number(),
  toMedian: z.number(),
  effect: z.number().min(-1).max(1).describe("Cliff's delta"),
  p: z.number().min(0).max(1).describe('permutation test, corrected for the number of comparisons (Holm)'),
  differs: z.boolean().describe('false: no difference shown'),
});

const heatMap = z.strictObject({
  metric: z.string(),
  unit: z.string(),
  rows: z.strictObject({ axis: z.string(), values: z.array(z.string()) }),
  columns: z.strictObject({ axis: z.string(), values: z.array(z.string()) }),
  facet: z.record(z.string(), z.string()).describe('the other parameters of this map'),
  medians: z.array(z.array(z.number().nullable())).describe('row by row; null where nothing was measured'),
});

const strip = z.strictObject({
  cell: z.string(),
  binMs: amount,
  stop: z.strictObject({
    worker: z.string(),
    fromMs: z.number(),
    toMs: z.number(),
    inTransaction: z.boolean().nullable(),
  }),
  workers: z.array(
    z.strictObject({
      worker: z.string(),
      bins: z.array(z.enum(['acknowledged', 'failed', 'waiting', 'idle', 'stopped'])),
    }),
  ),
});

/** What `bench.json` holds. The published JSON schema is made from this. */
export const benchJsonSchema = z.strictObject({
  $schema: z.string(),
  kind: z.literal('crashboard-bench'),
  version: z.literal(1),
  crashboard: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: amount,
  interrupted: z.boolean(),
  exitCode: z.int(),
  seed: z.string(),
  command: z.string().describe('command line that repeats the sweep'),
  bench: z.strictObject({ name: z.string(), question: z.string(), quick: z.boolean() }),
  environment: benchEnvironmentSchema,
  plan: z.strictObject({
    digest: z.string().describe('twelve hexadecimal digits: same seed and options, same digest'),
    trialMs: amount,
    repetitions: count,
    cells: count,
    trials: count,
    axes: z.array(z.strictObject({ name: z.string(), summary: z.string(), values: z.array(z.string()) })),
  }),
  noise: z.strictObject({
    writes: amount.describe("standard deviation over mean of the yardstick's readings"),
    syncs: amount,
    warnings: z.array(z.string()),
  }),
  recommendation: z.strictObject({ rule: z.string(), value: z.string().optional(), sentence: z.string() }).nullable(),
  claims: z.array(
    z.strictObject({
      source: z.string(),
      text: z.string(),
      verdict: z.enum(['confirmed', 'refuted', 'partly', 'open']),
      because: z.string(),
    }),
  ),
  comparisons: z.strictObject({
    overall: z.array(comparison),
    cells: z.array(comparison),
    cellsCanDiffer: z.boolean().describe('whether so few repetitions could show a difference between two cells'),
  }),
  ratios: z
    .array(
      z.strictObject({
        cell: z.string(),
        value: z.string(),
        where: z.string(),
        throughput: estimate,
        floor: estimate.nullable().describe('of what an operation costs undisturbed'),
      }),
    )
    .describe('throughput over that of the cell with the reference value'),
  thresholds: z.array(
    z.strictObject({
      cell: z.string(),
      threshold: z.string(),
      verdict: z.enum(['kept', 'missed']),
      because: z.string(),
    }),
  ),
  heatMaps: z.array(heatMap),
  strips: z.array(strip),
  cells: z.array(cell),
});

export type BenchJson = z.output<typeof benchJsonSchema>;

/** The published schema of `bench.json`. */
export function publishedBenchSchema(): unknown {
  return { $id: 'crashboard/bench.schema.json', title: 'bench.json of Crashboard', ...z.toJSONSchema(benchJsonSchema) };
}
