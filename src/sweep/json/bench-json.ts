import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import seedrandom from 'seedrandom';
import type { CellMeasurement } from '../cell-measurement.ts';
import type { BenchEnvironment } from '../environment.ts';
import type { Evaluation } from '../evaluate.ts';
import type { ThresholdVerdict } from '../gate/gate.ts';
import { TIMED } from '../measure/latencies.ts';
import { METRICS, valuesOf } from '../metric.ts';
import { medianEstimate } from '../statistics/bootstrap.ts';
import type { SweepResult } from '../sweep.ts';
import { benchJsonSchema, type BenchJson } from './bench-schema.ts';
import { curveOf } from './curves.ts';
import { heatMapsOf } from './heat-maps.ts';

/** What the caller knows besides the numbers. */
export interface BenchJsonContext {
  version: string;
  exitCode: number;
  command: string;
  environment: BenchEnvironment;
  thresholds: readonly ThresholdVerdict[];
}

/**
 * The machine-readable result of a sweep, checked against its own published schema.
 * @throws if it does not fit: then the two have grown apart.
 */
export function benchJson(result: SweepResult, evaluation: Evaluation, context: BenchJsonContext): BenchJson {
  const { plan, cells } = result;
  const { comparisons, ratios, claims, recommendation, noise } = evaluation;
  return benchJsonSchema.parse({
    $schema: 'crashboard/bench.schema.json',
    kind: 'crashboard-bench',
    version: 1,
    crashboard: context.version,
    startedAt: result.startedAt.toISOString(),
    durationMs: result.durationMs,
    interrupted: result.interrupted,
    exitCode: context.exitCode,
    seed: plan.seed,
    command: context.command,
    bench: { name: plan.bench.name, question: plan.bench.question, quick: plan.isQuick },
    environment: context.environment,
    plan: {
      digest: plan.digest,
      trialMs: plan.durationMs,
      repetitions: plan.repetitions,
      cells: plan.cells.length,
      trials: plan.steps.length,
      axes: plan.grid.map(({ axis, values }) => ({
        name: axis.name,
        summary: axis.summary,
        values: values.map((value) => axis.show(value)),
      })),
    },
    noise,
    recommendation: recommendation ?? null,
    claims,
    comparisons,
    ratios: ratios.map(({ cell, value, where, throughput, floor }) => ({
      cell: cell.cell.id,
      value: String(value),
      where,
      throughput,
      floor,
    })),
    thresholds: [...context.thresholds],
    heatMaps: heatMapsOf(cells, plan.grid, plan.bench.recommend.axis),
    strips: cells.flatMap(({ cell, strip }) => (strip ? [{ cell: cell.id, ...strip }] : [])),
    cells: cells.map((cell) => cellJson(cell, plan.seed)),
  } satisfies BenchJson);
}

function cellJson(measurement: CellMeasurement, seed: string): BenchJson['cells'][number] {
  const { cell, repetitions, histograms, missedStops } = measurement;
  const random = seedrandom(`${seed}/bootstrap/${cell.id}`);
  const estimates = METRICS.map((metric) => [metric.name, medianEstimate(valuesOf(metric, repetitions), random)]);
  return {
    id: cell.id,
    params: cell.params,
    settings: { ...cell.settings },
    metrics: Object.fromEntries(estimates) as BenchJson['cells'][number]['metrics'],
    curves: { latency: curveOf('latency', measurement), service: curveOf('service', measurement) },
    histograms: Object.fromEntries(
      TIMED.map((timed) => [timed, encodeIntoCompressedBase64(histograms[timed])]),
    ) as BenchJson['cells'][number]['histograms'],
    missedStops,
    repetitions: repetitions.map(({ repetition, metrics, reading }) => ({
      repetition,
      ...metrics,
      yardstick: reading,
    })),
  };
}
