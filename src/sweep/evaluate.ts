import { judgeClaims, type ClaimVerdict } from './claims.ts';
import { compare, type Comparisons } from './compare.ts';
import { noiseOf, type Noise } from './noise.ts';
import { ratiosOf, type Ratio } from './ratios.ts';
import { recommend } from './recommend/recommend.ts';
import type { Recommendation } from './recommend/rule.ts';
import type { SweepResult } from './sweep.ts';

/** What the numbers of a sweep say. */
export interface Evaluation {
  comparisons: Comparisons;
  ratios: Ratio[];
  claims: ClaimVerdict[];
  /** Absent where the axis that it is about was not varied. */
  recommendation: Recommendation | undefined;
  noise: Noise;
}

/** Compares, recommends and judges. Deterministic: the same numbers and seed say the same. */
export function evaluate(result: SweepResult): Evaluation {
  const { plan, cells } = result;
  const { bench, grid, seed } = plan;
  const comparisons = compare(cells, grid, plan);
  const ratios = ratiosOf(bench, grid, cells, seed);
  const axis = grid.find(({ axis: { name }, values }) => name === bench.recommend.axis && values.length > 1);
  const recommendation =
    axis && cells.length > 0
      ? recommend(bench.recommend.rule, { axis, grid, cells, comparisons, ratios, trialMs: plan.durationMs })
      : undefined;
  return { comparisons, ratios, claims: judgeClaims(bench, ratios), recommendation, noise: noiseOf(result) };
}
