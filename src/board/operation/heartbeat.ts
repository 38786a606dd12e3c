import type { Steps } from '../../step/step.ts';
import { Refused } from '../refused.ts';
import type { BoardSession, Done } from '../session.ts';
import { appendEvent } from './append-event.ts';
import { currentRun } from './current-run.ts';

const EXTEND = "UPDATE tasks SET claim_expires = ? WHERE id = ? AND status = 'running' AND claim_lock = ?";
const TOUCH_TASK = 'UPDATE tasks SET last_heartbeat_at = ? WHERE id = ?';
const TOUCH_TASK_FENCED = `${TOUCH_TASK} AND claim_lock = ?`;
const TOUCH_RUN = 'UPDATE task_runs SET last_heartbeat_at = ?, claim_expires = ? WHERE id = ?';

/**
 * A heartbeat is two transactions: extend the claim (always compared), then note the time on task and run with an event,
 * compared only with fencing: without it, a worker that was paused between the two notes a heartbeat on another's task.
 * @throws {Refused} `CLAIM_STALE` if the claim is not ours any more.
 */
export function* heartbeat(board: BoardSession, task: string): Steps<Done> {
  const expires = board.nowMs() + board.claimTtlMs;
  yield* board.write(() => extend(board, task, expires));
  yield* board.write(() => touch(board, task, expires));
  return { task };
}

function* extend(board: BoardSession, task: string, expires: number): Steps<void> {
  const { changes } = (yield board.run(EXTEND, expires, task, board.claimLock)) as { changes: number };
  if (changes === 0) throw new Refused('CLAIM_STALE', `the claim on task ${task} is not ours any more`);
}

function* touch(board: BoardSession, task: string, expires: number): Steps<void> {
  const run = yield* currentRun(board, task);
  const now = board.nowMs();
  const touchTask = board.fencing
    ? board.run(TOUCH_TASK_FENCED, now, task, board.claimLock)
    : board.run(TOUCH_TASK, now, task);
  const { changes } = (yield touchTask) as { changes: number };
  if (board.fencing && changes === 0) throw new Refused('CLAIM_STALE', `the claim on task ${task} was taken away`);
  yield board.run(TOUCH_RUN, now, expires, run);
  yield appendEvent(board, 'heartbeat', task, run);
}
