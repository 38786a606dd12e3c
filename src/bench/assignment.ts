import { join } from 'node:path';
import { monotonicNs } from '../kernel/clock.ts';
import { defineScenario } from '../scenario/define.ts';
import { plan, type Cell } from '../scenario/plan.ts';
import type { ScenarioInput } from '../scenario/schema.ts';
import type { StrategyAxes } from '../strategy/axes.ts';
import { TRIAL_FILES } from '../trial/facts.ts';
import type { Assignment } from '../worker/assignment.ts';

/** As often as in a trial. */
const LOCK_AUDIT = { lockAuditEvery: 1024, lockAuditAfterMs: 20 };
const SEED = 'bench';

/** A cell as a scenario would have it, with the scenario's defaults for all that is not said: also its operation mix. */
export function cellOf(axes: Partial<StrategyAxes>, scenario: Partial<ScenarioInput> = {}): Cell {
  const strategies = [{ name: 'bench', extends: 'immediate', axes }];
  const { cells } = plan([defineScenario({ name: 'bench', question: 'How fast?', strategies, ...scenario })], {
    seed: SEED,
  });
  const [cell] = cells;
  if (!cell) throw new Error('the scenario has no cell');
  return cell;
}

/** What a lone worker in a folder is told. @param operations how many requests it serves; `null` for no limit. */
export function assignmentIn(directory: string, cell: Cell, operations: number | null): Assignment {
  const { board, strategy, workload } = cell;
  return {
    worker: 'w1.0',
    threads: 1,
    databasePath: join(directory, TRIAL_FILES.database),
    historyDirectory: join(directory, TRIAL_FILES.histories),
    epochNs: String(monotonicNs()),
    startAtNs: 0,
    stopAtNs: Number.MAX_SAFE_INTEGER,
    seed: SEED,
    axes: strategy.axes,
    workload: { ...workload, operations },
    claimTtlMs: board.claimTtlMs,
    reclaim: board.reclaim,
    checkpointEveryMs: 1000,
    first: true,
    hazards: [],
    ...LOCK_AUDIT,
  };
}
