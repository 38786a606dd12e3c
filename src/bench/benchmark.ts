import type { Stage } from './stage.ts';

/** One number of a benchmark, taken several times. */
export interface Measure {
  /** What was measured, and under which conditions. */
  name: string;
  /** `ratio`, `µs`, `ms`, `s`, `MiB`, `1/s`, … */
  unit: string;
  /** What was aimed at, in words. Never an assertion: the numbers of a busy machine are noisy. */
  target?: string;
  /** In the order in which they were taken; at least one. */
  samples: number[];
}

/** A question about speed, with the code that answers it. */
export interface Benchmark {
  name: string;
  /** What it measures, in a sentence. */
  summary: string;
  /**
   * Takes the numbers. Whatever is compared is taken in turns.
   * @throws if what was to be measured did not happen as described.
   */
  run(stage: Stage): Promise<Measure[]>;
}
