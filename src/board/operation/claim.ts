import type { Steps } from '../../step/step.ts';
import { Refused } from '../refused.ts';
import type { BoardSession, Done } from '../session.ts';
import { appendEvent } from './append-event.ts';
import { currentRun } from './current-run.ts';

/** How many of the most urgent tasks a worker looks at: few enough that workers often want the same one. */
const CANDIDATES = 2;

const READY =
  "SELECT id FROM tasks WHERE status = 'ready' AND claim_lock IS NULL " +
  `ORDER BY priority DESC, created_at LIMIT ${CANDIDATES}`;
const COMPARE_AND_SET =
  "UPDATE tasks SET status = 'running', claim_lock = ?, claim_expires = ?, worker_pid = ?, started_at = ? " +
  "WHERE id = ? AND status = 'ready' AND claim_lock IS NULL";
const INSERT_RUN =
  'INSERT INTO task_runs (task_id, status, claim_lock, claim_expires, worker_pid, started_at) ' +
  "VALUES (?, 'running', ?, ?, ?, ?)";
const SET_RUN = 'UPDATE tasks SET current_run_id = last_insert_rowid() WHERE id = ?';

/**
 * Claims one of the most urgent ready tasks: candidates are read first, then one transaction compares and sets.
 * @param choice picks the candidate, 0 up to but not including 1.
 * @throws {Refused} `NOTHING_TO_DO` with no ready task, `CLAIM_LOST` if another worker was faster.
 */
export function* claim(board: BoardSession, choice: number): Steps<Done> {
  const candidates = (yield board.all(READY)) as { id: string }[];
  const chosen = candidates[Math.floor(choice * candidates.length)];
  if (!chosen) throw new Refused('NOTHING_TO_DO', 'no task is ready');
  const task = chosen.id;
  yield* board.write(() => take(board, task));
  return { task };
}

function* take(board: BoardSession, task: string): Steps<void> {
  const now = board.nowMs();
  const expires = now + board.claimTtlMs;
  const set = board.run(COMPARE_AND_SET, board.claimLock, expires, process.pid, now, task);
  if (((yield set) as { changes: number }).changes === 0) {
    throw new Refused('CLAIM_LOST', `task ${task} was claimed by another worker first`);
  }
  yield board.run(INSERT_RUN, task, board.claimLock, expires, process.pid, now);
  yield board.run(SET_RUN, task);
  const run = yield* currentRun(board, task);
  yield appendEvent(board, 'claimed', task, run);
}
