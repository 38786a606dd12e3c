import type { Steps } from '../../step/step.ts';
import { Refused } from '../refused.ts';
import type { BoardSession, Done } from '../session.ts';
import { appendEvent } from './append-event.ts';
import { currentRun } from './current-run.ts';

const FINISH =
  "UPDATE tasks SET status = 'done', completed_at = ?, result = ?, claim_lock = NULL, claim_expires = NULL " +
  "WHERE id = ? AND status IN ('running', 'ready')";
const FINISH_FENCED = `${FINISH} AND claim_lock = ?`;
const END_RUN = "UPDATE task_runs SET status = 'done', outcome = 'completed', ended_at = ? WHERE id = ?";
const CLEAR_FAILURES = 'UPDATE tasks SET consecutive_failures = 0, last_failure_error = NULL WHERE id = ?';
const PROMOTE_CHILDREN =
  "UPDATE tasks SET status = 'ready' WHERE status = 'todo' " +
  'AND id IN (SELECT child_id FROM task_links WHERE parent_id = ?) AND NOT EXISTS (' +
  'SELECT 1 FROM task_links JOIN tasks AS parents ON parents.id = task_links.parent_id ' +
  "WHERE task_links.child_id = tasks.id AND parents.status <> 'done')";

/**
 * Completes a task in three transactions: task, run and event; the failure counter; the children that become ready.
 * A kill between them delays the children. Without fencing, a worker whose claim was taken away completes all the same.
 * @throws {Refused} `CLAIM_STALE` if the task is not there to be completed (with fencing: by us).
 */
export function* complete(board: BoardSession, task: string): Steps<Done> {
  yield* board.write(() => finish(board, task));
  yield* board.write(() => runAbout(board, CLEAR_FAILURES, task));
  yield* board.write(() => runAbout(board, PROMOTE_CHILDREN, task));
  return { task };
}

function* finish(board: BoardSession, task: string): Steps<void> {
  const run = yield* currentRun(board, task);
  const now = board.nowMs();
  const finished = board.fencing
    ? board.run(FINISH_FENCED, now, 'ok', task, board.claimLock)
    : board.run(FINISH, now, 'ok', task);
  if (((yield finished) as { changes: number }).changes === 0) {
    throw new Refused('CLAIM_STALE', `task ${task} is not ours to complete any more`);
  }
  yield board.run(END_RUN, now, run);
  yield appendEvent(board, 'completed', task, run);
}

function* runAbout(board: BoardSession, sql: string, task: string): Steps<void> {
  yield board.run(sql, task);
}
