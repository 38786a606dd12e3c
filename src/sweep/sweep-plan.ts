import { shuffle } from './statistics/random.ts';
import { createHash } from 'node:crypto';
import seedrandom from 'seedrandom';
import type { Bench } from './bench.ts';
import { cellsOf, gridOf, type GridAxis, type ParamTexts, type SweepCell } from './grid.ts';

/** One trial of a sweep: a cell, and which repetition of it this is. */
export interface Step {
  cell: SweepCell;
  /** From 1. */
  repetition: number;
  seed: string;
}

/** What a sweep is going to do, decided before it does anything. */
export interface SweepPlan {
  bench: Bench;
  seed: string;
  /** Twelve hexadecimal digits over what is going to be done: same seed and options, same digest. */
  digest: string;
  grid: GridAxis[];
  cells: SweepCell[];
  /** In the order in which they run: every repetition takes all cells, in an order of its own. */
  steps: Step[];
  durationMs: number;
  repetitions: number;
  isQuick: boolean;
  /** How long it will take, roughly. */
  estimateMs: number;
}

/** What the command line may say over a bench. */
export interface SweepOptions {
  seed: string;
  params: ParamTexts;
  isQuick: boolean;
  isOneAtATime: boolean;
  durationMs?: number;
  repetitions?: number;
}

/** Starting a process costs so much of one processor, … */
const PROCESS_START_MS = 55;
/** … and a trial so much besides its duration: laying out the board, reading the histories, the yardstick. */
const TRIAL_MS = 260;

/**
 * Plans a sweep. A pure function of its arguments.
 * @throws {ScenarioError} for axes or values that do not exist.
 */
export function planSweep(bench: Bench, options: SweepOptions): SweepPlan {
  const { seed, isQuick } = options;
  const grid = gridOf(bench, options.params, isQuick);
  const cells = cellsOf(bench, grid, options.isOneAtATime);
  const durationMs = options.durationMs ?? (isQuick ? bench.quick.durationMs : undefined) ?? bench.durationMs;
  const repetitions = options.repetitions ?? (isQuick ? bench.quick.repetitions : undefined) ?? bench.repetitions;
  const steps = Array.from({ length: repetitions }, (_, index) => block(cells, index + 1, seed)).flat();
  const estimateMs = steps.reduce((total, { cell }) => total + stepMs(cell, durationMs), 0);
  const digest = createHash('sha256')
    .update(JSON.stringify({ bench: bench.name, durationMs, steps }))
    .digest('hex')
    .slice(0, 12);
  return { bench, seed, digest, grid, cells, steps, durationMs, repetitions, isQuick, estimateMs };
}

/** How long one trial takes, roughly, in milliseconds. */
export function stepMs({ settings }: SweepCell, durationMs: number): number {
  return durationMs + TRIAL_MS + (settings.writers * PROCESS_START_MS) / 2;
}

/** All cells once, shuffled: what the machine does meanwhile falls on each of them by chance alone. */
function block(cells: readonly SweepCell[], repetition: number, seed: string): Step[] {
  const random = seedrandom(`${seed}/order/${repetition}`);
  const steps = cells.map((cell) => ({ cell, repetition, seed: `${seed}/${cell.id}/${repetition}` }));
  return shuffle(steps, random);
}
