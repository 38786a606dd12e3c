import type { PlannedFault } from '../fault/fault.ts';
import { defineScenario } from '../scenario/define.ts';
import { plan, type Cell, type PlannedTrial } from '../scenario/plan.ts';
import type { StrategyAxes } from '../strategy/axes.ts';
import type { CellSettings } from './axes.ts';
import type { Bench } from './bench.ts';
import type { Step } from './sweep-plan.ts';

/** Where in a trial a writer is stopped: late enough that all are at work, early enough that the others are seen to recover. */
const STOP_AT_SHARE = 0.3;

/** The cell of a sweep as the machinery of trials knows cells. */
export function trialCellOf(settings: CellSettings, bench: Bench, durationMs: number): Cell {
  const { strategy, writers, threads, loop, ratePerSecond, holdMs } = settings;
  const scenario = defineScenario({
    name: bench.name,
    question: bench.question,
    board: { tasks: bench.tasks },
    workers: { processes: writers, threads },
    workload: {
      mix: bench.mix,
      loop: loop === 'open' ? { type: 'open', ratePerSecond } : { type: 'closed' },
      ...(holdMs > 0 && { holdMs }),
    },
    strategies: [{ name: 'cell', extends: strategy, axes: axesOf(settings) }],
    durationMs,
  });
  const [cell] = plan([scenario], { seed: bench.name }).cells;
  if (!cell) throw new Error('a scenario with one strategy has one cell');
  return cell;
}

/** The trial of a step: nothing is done to it, unless one writer is to be stopped. */
export function plannedTrialOf({ cell, repetition, seed }: Step, durationMs: number): PlannedTrial {
  const { stopMs } = cell.settings;
  const stop: PlannedFault = {
    fault: 'pause',
    atMs: stopAtMs(durationMs),
    aim: 'write-lock',
    pick: 0,
    durationMs: stopMs,
  };
  return { trial: repetition, seed, faults: stopMs > 0 ? [stop] : [] };
}

/** When a writer is stopped, in milliseconds after the start. */
export function stopAtMs(durationMs: number): number {
  return Math.round(durationMs * STOP_AT_SHARE);
}

function axesOf({ axes, synchronous, autocheckpoint }: CellSettings): Partial<StrategyAxes> {
  if (synchronous === undefined) return axes;
  return { ...axes, pragmas: `${synchronous.toLowerCase()}-${autocheckpoint}` as StrategyAxes['pragmas'] };
}
