import { defineScenario } from '../../src/scenario/define.ts';
import { plan, type Cell, type PlannedTrial } from '../../src/scenario/plan.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';

/** The one cell of a small scenario, and its first trial. */
export function smallCell(wishes: Partial<ScenarioInput> = {}, seed = 'seed'): { cell: Cell; trial: PlannedTrial } {
  const scenario = defineScenario({
    name: 'small',
    question: 'Does it work?',
    strategies: ['immediate'],
    board: { tasks: 8 },
    workers: { processes: 2 },
    durationMs: 400,
    ...wishes,
  });
  const [cell] = plan([scenario], { seed }).cells;
  const [trial] = cell?.trials ?? [];
  if (!cell || !trial) throw new Error('a scenario has at least one cell with one trial');
  return { cell, trial };
}
