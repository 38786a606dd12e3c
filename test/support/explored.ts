import { bundled } from '../../src/engine/bundled.ts';
import { execute, type Execution } from '../../src/explore/execute.ts';
import { DepthFirst } from '../../src/explore/scheduler/depth-first.ts';
import type { Scheduler } from '../../src/explore/scheduler/scheduler.ts';
import { Setting } from '../../src/explore/world.ts';
import type { Outcome, Program, Situation } from '../../src/scenario/exploration.ts';
import type { Step, Steps } from '../../src/step/step.ts';
import { BASELINE, type StrategyAxes } from '../../src/strategy/axes.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A situation on an up-to-date board, two processes, nothing to complain about; and what the test wants otherwise. */
export function situationOf(programs: readonly Program[], wishes: Partial<Situation> = {}): Situation {
  return {
    name: 'toy',
    summary: 'a toy',
    board: { start: 'current' },
    programs,
    processes: programs.map((_, index) => index),
    check: () => undefined,
    ...wishes,
  };
}

/** The same, ready to be executed in a folder of its own. */
export function settingOf(
  programs: readonly Program[],
  wishes: Partial<Situation> = {},
  axes: Partial<StrategyAxes> = {},
): Setting {
  const all: StrategyAxes = { ...BASELINE, firstOpen: 'immediate', ...axes };
  return new Setting(situationOf(programs, wishes), all, bundled, temporaryFolder());
}

/** Executes all that a scheduler chooses. */
export function executeAll(setting: Setting, scheduler: Scheduler): Execution[] {
  const executions: Execution[] = [];
  for (let chooser = scheduler.next(); chooser; chooser = scheduler.next()) {
    const execution = execute(setting, chooser);
    scheduler.ended(execution);
    executions.push(execution);
  }
  return executions;
}

/** Every failure that a depth-first search within a bound meets. */
export function failuresOf(setting: Setting, bound: number, prune = true): Set<string> {
  const executions = executeAll(setting, new DepthFirst({ bound, prune }));
  return new Set(executions.flatMap(({ failure }) => failure ?? []));
}

/** So many steps that everybody notices (on one lock), or nobody (each actor on a lock of its own). */
export function toySteps(count: number, lock: string): Program {
  return function* (): Steps<void> {
    for (let index = 0; index < count; index++) yield toyStep(lock, () => {});
  };
}

/** A step on a shared thing. */
export function toyStep(thing: string, run: () => unknown): Step {
  return { kind: 'lock', label: `release ${thing}`, run };
}

/** How the actors ended, in short. */
export function endsOf({ actors }: Outcome): string[] {
  return actors.map((end) => (end.how === 'threw' ? end.code : end.how === 'returned' ? String(end.value) : end.how));
}
