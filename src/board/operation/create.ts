import type { Steps } from '../../step/step.ts';
import type { BoardSession, Done } from '../session.ts';
import { appendEvent } from './append-event.ts';

/** What the caller wants on the board. */
export interface NewTask {
  id: string;
  /** Names the caller's request: a retry has a new id and the same title. */
  title: string;
  body: string;
  priority: number;
  /** The task is not ready before this one is done. */
  parent: string | null;
  idempotencyKey: string | null;
}

const FIND_KEY = "SELECT id FROM tasks WHERE idempotency_key = ? AND status <> 'archived'";
const PARENT_STATUS = 'SELECT status FROM tasks WHERE id = ?';
const INSERT_TASK =
  'INSERT INTO tasks (id, title, body, assignee, status, priority, created_by, created_at, idempotency_key) ' +
  'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)';
const INSERT_LINK = 'INSERT INTO task_links (parent_id, child_id) VALUES (?, ?)';

/**
 * Creates a task: task, link and event in one transaction. The idempotency key is looked up *before* that transaction,
 * as the board's users do, so two callers with one key may both create.
 */
export function* create(board: BoardSession, task: NewTask): Steps<Done> {
  if (task.idempotencyKey !== null) {
    const existing = (yield board.get(FIND_KEY, task.idempotencyKey)) as { id: string } | undefined;
    if (existing) return { task: existing.id };
  }
  yield* board.write(() => insert(board, task));
  return { task: task.id };
}

function* insert(board: BoardSession, task: NewTask): Steps<void> {
  let status = 'ready';
  if (task.parent !== null) {
    const parent = (yield board.get(PARENT_STATUS, task.parent)) as { status: string } | undefined;
    if (parent && parent.status !== 'done') status = 'todo';
  }
  const { id, title, body, priority, parent, idempotencyKey } = task;
  const now = board.nowMs();
  yield board.run(INSERT_TASK, id, title, body, 'worker', status, priority, board.claimLock, now, idempotencyKey);
  if (parent !== null) yield board.run(INSERT_LINK, parent, id);
  yield appendEvent(board, 'created', id, null);
}
