import type { Steps } from '../../step/step.ts';
import type { BoardSession } from '../session.ts';

const CURRENT_RUN = 'SELECT current_run_id AS run FROM tasks WHERE id = ?';

/** The run that a task is in; `null` for none, also for a task that is not there (a damaged board loses tasks). */
export function* currentRun(board: BoardSession, task: string): Steps<number | null> {
  const row = (yield board.get(CURRENT_RUN, task)) as { run: number | null } | undefined;
  return row?.run ?? null;
}
