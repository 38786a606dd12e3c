import type { Benchmark } from './benchmark.ts';
import { overhead } from './overhead.ts';

/** Every benchmark, in the order in which all of them run. */
export const BENCHMARKS: readonly Benchmark[] = [overhead];
