import { benchJsonSchema, type BenchJson } from '../../src/sweep/json/bench-schema.ts';

const PERCENTILES = [1, 50, 90, 99, 99.9, 100];
const TIMEOUTS = ['100 ms', '5 s'];
const WRITERS = ['2', '8'];

/** A small bench over timeout × writers, with a stopped writer; every number in it is made up. */
export function aBench(wishes: Partial<BenchJson> = {}): BenchJson {
  const cells = TIMEOUTS.flatMap((timeout, row) =>
    WRITERS.map((writers, column) => cell(`busyTimeout=${timeout} writers=${writers}`, row, column)),
  );
  const axes = { rows: { axis: 'busyTimeout', values: TIMEOUTS }, columns: { axis: 'writers', values: WRITERS } };
  const comparison = { axis: 'busyTimeout', from: '100 ms', to: '5 s', effect: 0.5 };
  return benchJsonSchema.parse({
    $schema: 'crashboard/bench.schema.json',
    kind: 'crashboard-bench',
    version: 1,
    crashboard: '0.1.0',
    startedAt: '2026-01-02T03:04:05.678Z',
    durationMs: 4000,
    interrupted: false,
    exitCode: 0,
    seed: 's',
    command: 'crashboard bench made-up --seed s',
    bench: { name: 'made-up', question: 'How long must it be?', quick: false },
    environment: {
      node: 'v24.0.0',
      sqlite: '3.54.1',
      platform: 'linux x64',
      kernel: '6.1',
      cpu: 'a cpu',
      cores: 2,
      memoryMiB: 1024,
      fileSystem: 'ext4',
      load: 1.5,
    },
    plan: {
      digest: '0123456789ab',
      trialMs: 1000,
      repetitions: 3,
      cells: cells.length,
      trials: 12,
      axes: [
        { name: 'busyTimeout', summary: 'PRAGMA busy_timeout', values: TIMEOUTS },
        { name: 'writers', summary: 'worker processes', values: WRITERS },
      ],
    },
    noise: { writes: 0.25, syncs: 0.5, warnings: ['the machine was noisy: </script><script>alert(1)</script>'] },
    recommendation: { rule: 'the smallest that suffices', value: '5 s', sentence: 'with 8 writers on this disk: 5 s.' },
    claims: [],
    comparisons: {
      overall: [
        { ...comparison, metric: 'errors', fromMedian: 0.28, toMedian: 0, p: 0.002, differs: true },
        { ...comparison, metric: 'p99', fromMedian: 12, toMedian: 1500, p: 0.4, differs: false },
      ],
      cells: [],
      cellsCanDiffer: false,
    },
    ratios: [],
    thresholds: [],
    heatMaps: [
      {
        metric: 'errors',
        unit: 'share',
        ...axes,
        facet: {},
        medians: [
          [0.034, 0.28],
          [0, null],
        ],
      },
      {
        metric: 'p99',
        unit: 'ms',
        ...axes,
        facet: {},
        medians: [
          [12, 90],
          [40, 1500],
        ],
      },
    ],
    strips: [
      {
        cell: 'busyTimeout=5 s writers=2',
        binMs: 50,
        stop: { worker: 'w1.0', fromMs: 200, toMs: 1000, inTransaction: true },
        workers: [
          { worker: 'w1.0', bins: [...many('acknowledged', 4), ...many('stopped', 16), ...many('acknowledged', 4)] },
          { worker: 'w2.0', bins: [...many('acknowledged', 4), ...many('waiting', 16), ...many('failed', 4)] },
        ],
      },
    ],
    cells,
    ...wishes,
  } satisfies BenchJson);
}

function many(state: BenchJson['strips'][number]['workers'][number]['bins'][number], count: number) {
  return Array.from({ length: count }, () => state);
}

function cell(id: string, row: number, column: number): BenchJson['cells'][number] {
  const times = 1 + row + 2 * column;
  const estimate = (value: number) => ({ value, low: value * 0.9, high: value * 1.2 });
  const latency = PERCENTILES.map((percentile, index) => {
    const ms = times * 4 ** index;
    return { percentile, ms, low: ms * (index === 0 ? 1 : 0.7), high: ms * (index === 0 ? 1 : 1.4) };
  });
  return {
    id,
    params: {},
    settings: {},
    metrics: {
      throughput: estimate(100 * times),
      errors: { value: row === 0 ? 0.28 : 0, low: 0, high: 0.3 },
      p50: estimate(4 * times),
      p99: estimate(64 * times),
    },
    curves: { latency, service: latency },
    histograms: { latency: '', service: '', wait: '', work: '', commit: '' },
    missedStops: 0,
    repetitions: [],
  };
}
