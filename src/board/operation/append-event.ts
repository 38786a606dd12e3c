import type { Step } from '../../step/step.ts';
import type { BoardSession } from '../session.ts';

/** The kinds of events, named after what happened to the task. */
export type EventKind = 'created' | 'claimed' | 'heartbeat' | 'completed' | 'reclaimed';

const INSERT = 'INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, ?, ?, ?, ?)';

/** A step that appends to the audit trail, inside the transaction of the change that it records; to be run at once. */
export function appendEvent(board: BoardSession, kind: EventKind, task: string, run: number | null): Step {
  return board.run(INSERT, task, run, kind, board.events.stamp(kind, task), board.nowMs());
}
