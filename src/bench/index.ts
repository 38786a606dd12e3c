import type { Benchmark } from './benchmark.ts';
import { checking } from './checking.ts';
import { exploration } from './exploration.ts';
import { historyWrite } from './history-write.ts';
import { killReplace } from './kill-replace.ts';
import { overhead } from './overhead.ts';
import { policyCost } from './policy-cost.ts';

/** Every benchmark, in the order in which all of them run. */
export const BENCHMARKS: readonly Benchmark[] = [
  overhead,
  historyWrite,
  policyCost,
  killReplace,
  checking,
  exploration,
];
