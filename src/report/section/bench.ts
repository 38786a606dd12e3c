import type { BenchJson } from '../../sweep/json/bench-schema.ts';
import { shownParam } from '../figures.ts';
import type { BenchData, BenchSectionType } from './bench-data.ts';
import type { Section } from './section.ts';

/** More comparisons of single cells than these nobody reads; all are in bench.json. */
const CELL_DIFFERENCES_MAX = 60;

const TITLES: Record<Exclude<BenchSectionType, 'recommendation'>, string> = {
  measurements: 'What was measured',
  'heat-map': 'Where it fails, and where it is slow',
  'latency-curves': 'Latency by percentile',
  strips: 'Around a writer that was stopped',
  differences: 'What differs, and what does not',
};

/**
 * The sections of a bench, those that have nothing to show left out.
 * @param texts what each of them says without a picture.
 */
export function benchSections(json: BenchJson, texts: Record<BenchSectionType, readonly string[]>): Section[] {
  const { bench, heatMaps, strips, cells, comparisons, ratios } = json;
  const section = <T extends BenchSectionType>(type: T, title: string, data: BenchData[T]): Section => ({
    type,
    scenario: bench.name,
    title,
    text: [...texts[type]],
    data: data as unknown as Section['data'],
  });
  const titled = <T extends keyof typeof TITLES>(type: T, has: boolean, data: BenchData[T]): Section[] =>
    has ? [section(type, TITLES[type], data)] : [];
  return [
    section('recommendation', bench.question, recommendationOf(json)),
    ...titled('measurements', cells.length > 0, measurementsOf(json)),
    ...titled('heat-map', heatMaps.length > 0, heatMaps),
    ...titled(
      'latency-curves',
      cells.some(({ curves }) => curves.latency.length > 0),
      cells.map(({ id, curves }) => ({ id, curves })),
    ),
    ...titled('strips', strips.length > 0, strips),
    ...titled('differences', comparisons.overall.length > 0 || ratios.length > 0, differencesOf(json)),
  ];
}

function recommendationOf(json: BenchJson): BenchData['recommendation'] {
  const { recommendation, claims, thresholds, noise, command, environment } = json;
  return { recommendation, claims, thresholds, noise, command, load: environment.load };
}

function measurementsOf({ plan, cells }: BenchJson): BenchData['measurements'] {
  const axes = plan.axes.filter(({ values }) => values.length > 1).map(({ name }) => name);
  return {
    axes,
    repetitions: plan.repetitions,
    trialMs: plan.trialMs,
    cells: cells.map(({ id, metrics, repetitions }) => ({
      id,
      metrics,
      repetitions: repetitions.length,
      values: axes.map((axis) => shownParam(id, axis)),
    })),
  };
}

function differencesOf({ comparisons, ratios }: BenchJson): BenchData['differences'] {
  const { overall, cells, cellsCanDiffer } = comparisons;
  return {
    ratios,
    overall,
    cells: cells.filter(({ differs }) => differs).slice(0, CELL_DIFFERENCES_MAX),
    cellsCompared: cells.length,
    cellsCanDiffer,
  };
}
