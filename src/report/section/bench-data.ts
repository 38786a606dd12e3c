import type { BenchJson } from '../../sweep/json/bench-schema.ts';

/** What the sections of a bench hold: parts of `bench.json`, without what only other programs read. */
export interface BenchData {
  recommendation: Pick<BenchJson, 'recommendation' | 'claims' | 'thresholds' | 'noise' | 'command'> & { load: number };
  measurements: { axes: string[]; repetitions: number; trialMs: number; cells: MeasuredCell[] };
  'heat-map': BenchJson['heatMaps'];
  'latency-curves': Pick<BenchJson['cells'][number], 'id' | 'curves'>[];
  strips: BenchJson['strips'];
  differences: Pick<BenchJson, 'ratios'> & {
    overall: BenchComparison[];
    /** Of two single cells, only those that differ. */
    cells: BenchComparison[];
    cellsCompared: number;
    cellsCanDiffer: boolean;
  };
}

/** Types of sections that a bench has. */
export type BenchSectionType = keyof BenchData;

/** A cell with its medians and their intervals. */
export type MeasuredCell = Pick<BenchJson['cells'][number], 'id' | 'metrics'> & {
  /** Values of the varied axes, as they are shown; in the order of `axes`. */
  values: string[];
  /** Repetitions that were taken. */
  repetitions: number;
};

/** One comparison, called or not. */
export type BenchComparison = BenchJson['comparisons']['overall'][number];
