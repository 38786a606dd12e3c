import { execute } from './execute.ts';
import { minimise, type Failing } from './minimise.ts';
import type { Scheduler } from './scheduler/scheduler.ts';
import type { Setting } from './world.ts';

/** How far a search has come, or what it found. */
export interface Searched {
  executions: number;
  steps: number;
  elapsedMs: number;
  /** Why it ended: a failure, everything seen, or no time left. */
  ended: 'failed' | 'through' | 'out-of-time';
  failing: Failing | undefined;
}

/** When a search gives up, and whom it tells how it goes. */
export interface SearchLimits {
  timeMs: number;
  /** Called every so often. */
  progress(executions: number, steps: number, share: number | undefined): void;
}

const PROGRESS_MS = 200;

/**
 * Executes what the scheduler chooses, until something fails, all is seen or time is over. A failure is minimised.
 * @throws {@link EndlessExecution} if a program does not end.
 */
export function search(setting: Setting, scheduler: Scheduler, limits: SearchLimits): Searched {
  const startMs = performance.now();
  let [executions, steps, toldMs] = [0, 0, startMs];
  const result = (ended: Searched['ended'], failing?: Failing): Searched => ({
    executions,
    steps,
    elapsedMs: performance.now() - startMs,
    ended,
    failing,
  });
  for (let chooser = scheduler.next(); chooser; chooser = scheduler.next()) {
    const execution = execute(setting, chooser);
    scheduler.ended(execution);
    executions++;
    steps += execution.made.length;
    if (execution.failure !== undefined) {
      const found = result('failed');
      return { ...found, failing: minimise(setting, execution) };
    }
    const nowMs = performance.now();
    if (nowMs - toldMs < PROGRESS_MS) continue;
    toldMs = nowMs;
    limits.progress(executions, steps, scheduler.share());
    if (nowMs - startMs > limits.timeMs) return result('out-of-time');
  }
  return result('through');
}
