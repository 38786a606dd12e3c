import type { Steps } from '../../step/step.ts';
import { Refused } from '../refused.ts';
import type { BoardSession, Done } from '../session.ts';
import { appendEvent } from './append-event.ts';

const EXPIRED =
  'SELECT id, claim_lock AS holder, current_run_id AS run FROM tasks ' +
  "WHERE status = 'running' AND claim_expires < ? ORDER BY claim_expires LIMIT 32";
const COMPARE_AND_SET =
  "UPDATE tasks SET status = 'ready', claim_lock = NULL, claim_expires = NULL, " +
  "consecutive_failures = consecutive_failures + 1 WHERE id = ? AND status = 'running' AND claim_lock = ?";
const END_RUN = "UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = ? WHERE id = ?";

/**
 * Takes one expired claim away from its holder: found outside, then compared and set on `claim_lock`. Ending the
 * holder's process first is not done here: killing is the business of faults.
 * @throws {Refused} `NOTHING_TO_DO` with no such claim, `CLAIM_LOST` if it changed hands, `LEASE_HELD` by another dispatcher.
 */
export function reclaim(board: BoardSession): Steps<Done> {
  return board.dispatch(() => takeBackOne(board));
}

interface Expired {
  id: string;
  holder: string;
  run: number | null;
}

function* takeBackOne(board: BoardSession): Steps<Done> {
  const expired = (yield board.all(EXPIRED, board.nowMs())) as Expired[];
  const found = expired.find((claim) => board.mayReclaim(claim.holder));
  if (!found) throw new Refused('NOTHING_TO_DO', 'no claim has expired');
  yield* board.write(() => takeBack(board, found));
  return { task: found.id };
}

function* takeBack(board: BoardSession, { id: task, holder, run }: Expired): Steps<void> {
  const { changes } = (yield board.run(COMPARE_AND_SET, task, holder)) as { changes: number };
  if (changes === 0) throw new Refused('CLAIM_LOST', `the expired claim on task ${task} changed hands`);
  yield board.run(END_RUN, board.nowMs(), run);
  yield appendEvent(board, 'reclaimed', task, run);
}
