import type { CellMeasurement } from '../cell-measurement.ts';
import type { Comparisons } from '../compare.ts';
import type { GridAxis } from '../grid.ts';
import type { Ratio } from '../ratios.ts';

/** What a rule looks at. */
export interface Evidence {
  /** The axis on which a value is recommended; it was varied. */
  axis: GridAxis;
  grid: readonly GridAxis[];
  cells: readonly CellMeasurement[];
  comparisons: Comparisons;
  ratios: readonly Ratio[];
  /** How long the workers worked in one trial: nobody is seen to wait for much longer. */
  trialMs: number;
}

/** A recommendation in a sentence, and the rule that it follows from. */
export interface Recommendation {
  rule: string;
  /** The value that is recommended; absent where the data supports none. */
  value?: string;
  sentence: string;
}

/** A way to come from data to a recommendation. */
export type Rule = (evidence: Evidence) => Recommendation;
