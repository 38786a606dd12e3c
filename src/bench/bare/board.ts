import { hostname } from 'node:os';
import type Database from 'better-sqlite3';
import type { NewTask } from '../../board/operation/create.ts';
import type { Request } from '../../worker/request.ts';

/** As long as a worker's stamp in the midst of a run: `w1.0 12345 12344 1234567890`. */
const PAYLOAD = 'w1.0 12345 12344 1234567890';

/**
 * The board as somebody writes it who has no harness: plain calls of better-sqlite3, statements prepared once, the same
 * SQL in the same transactions as in `board/operation/`, for the default strategy axes (immediate transactions, nothing
 * around them, no fencing). No steps, no hooks, no history, no digest.
 */
export class BareBoard {
  readonly #connection: Database.Database;
  readonly #claimTtlMs: number;
  readonly #claimLock = `${hostname()}:${process.pid}`;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(connection: Database.Database, claimTtlMs: number) {
    this.#connection = connection;
    this.#claimTtlMs = claimTtlMs;
    this.#statements = prepare(connection);
  }

  /** Does what is requested. @returns the task that was touched; `undefined` if the board refused. */
  perform(request: Request): string | undefined {
    switch (request.kind) {
      case 'create':
        return this.#create(request.task);
      case 'claim':
        return this.#claim(request.choice);
      case 'heartbeat':
        return this.#heartbeat(request.task);
      case 'complete':
        return this.#complete(request.task);
      case 'reclaim':
        return this.#reclaim();
    }
  }

  #create({ id, title, body, priority, parent, idempotencyKey }: NewTask): string {
    const sql = this.#statements;
    const existing = sql.findKey.get(idempotencyKey);
    if (existing) return existing.id;
    sql.begin.run();
    let status = 'ready';
    if (parent !== null) {
      const found = sql.parentStatus.get(parent);
      if (found && found.status !== 'done') status = 'todo';
    }
    const now = Date.now();
    sql.insertTask.run(id, title, body, 'worker', status, priority, this.#claimLock, now, idempotencyKey);
    if (parent !== null) sql.insertLink.run(parent, id);
    sql.insertEvent.run(id, null, 'created', PAYLOAD, Date.now());
    sql.commit.run();
    return id;
  }

  #claim(choice: number): string | undefined {
    const sql = this.#statements;
    const candidates = sql.ready.all();
    const task = candidates[Math.floor(choice * candidates.length)]?.id;
    if (task === undefined) return undefined;
    sql.begin.run();
    const now = Date.now();
    const expires = now + this.#claimTtlMs;
    if (sql.take.run(this.#claimLock, expires, process.pid, now, task).changes === 0) return this.#refuse();
    sql.insertRun.run(task, this.#claimLock, expires, process.pid, now);
    sql.setRun.run(task);
    const run = sql.currentRun.get(task)?.run ?? null;
    sql.insertEvent.run(task, run, 'claimed', PAYLOAD, Date.now());
    sql.commit.run();
    return task;
  }

  #heartbeat(task: string): string | undefined {
    const sql = this.#statements;
    const expires = Date.now() + this.#claimTtlMs;
    sql.begin.run();
    if (sql.extend.run(expires, task, this.#claimLock).changes === 0) return this.#refuse();
    sql.commit.run();
    sql.begin.run();
    const run = sql.currentRun.get(task)?.run ?? null;
    const now = Date.now();
    sql.touchTask.run(now, task);
    sql.touchRun.run(now, expires, run);
    sql.insertEvent.run(task, run, 'heartbeat', PAYLOAD, Date.now());
    sql.commit.run();
    return task;
  }

  #complete(task: string): string | undefined {
    const sql = this.#statements;
    sql.begin.run();
    const run = sql.currentRun.get(task)?.run ?? null;
    const now = Date.now();
    if (sql.finish.run(now, 'ok', task).changes === 0) return this.#refuse();
    sql.endRun.run(now, run);
    sql.insertEvent.run(task, run, 'completed', PAYLOAD, Date.now());
    sql.commit.run();
    sql.begin.run();
    sql.clearFailures.run(task);
    sql.commit.run();
    sql.begin.run();
    sql.promoteChildren.run(task);
    sql.commit.run();
    return task;
  }

  /** Alone on the board there is nobody to take a task away from. */
  #reclaim(): undefined {
    if (this.#statements.expired.all(Date.now()).length > 0)
      throw new Error('a claim expired in a board with one worker');
  }

  #refuse(): undefined {
    this.#connection.exec('ROLLBACK');
  }
}

type Id = { id: string };

/** The statements of `board/operation/`, letter by letter; {@link assertSameStatements} compares what is really run. */
function prepare(connection: Database.Database) {
  return {
    begin: connection.prepare('BEGIN IMMEDIATE'),
    commit: connection.prepare('COMMIT'),
    findKey: connection.prepare<[string | null], Id>(
      "SELECT id FROM tasks WHERE idempotency_key = ? AND status <> 'archived'",
    ),
    parentStatus: connection.prepare<[string], { status: string }>('SELECT status FROM tasks WHERE id = ?'),
    insertTask: connection.prepare(
      'INSERT INTO tasks (id, title, body, assignee, status, priority, created_by, created_at, idempotency_key) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    insertLink: connection.prepare('INSERT INTO task_links (parent_id, child_id) VALUES (?, ?)'),
    insertEvent: connection.prepare(
      'INSERT INTO task_events (task_id, run_id, kind, payload, created_at) VALUES (?, ?, ?, ?, ?)',
    ),
    ready: connection.prepare<[], Id>(
      "SELECT id FROM tasks WHERE status = 'ready' AND claim_lock IS NULL ORDER BY priority DESC, created_at LIMIT 2",
    ),
    take: connection.prepare(
      "UPDATE tasks SET status = 'running', claim_lock = ?, claim_expires = ?, worker_pid = ?, started_at = ? " +
        "WHERE id = ? AND status = 'ready' AND claim_lock IS NULL",
    ),
    insertRun: connection.prepare(
      'INSERT INTO task_runs (task_id, status, claim_lock, claim_expires, worker_pid, started_at) ' +
        "VALUES (?, 'running', ?, ?, ?, ?)",
    ),
    setRun: connection.prepare('UPDATE tasks SET current_run_id = last_insert_rowid() WHERE id = ?'),
    currentRun: connection.prepare<[string], { run: number | null }>(
      'SELECT current_run_id AS run FROM tasks WHERE id = ?',
    ),
    extend: connection.prepare(
      "UPDATE tasks SET claim_expires = ? WHERE id = ? AND status = 'running' AND claim_lock = ?",
    ),
    touchTask: connection.prepare('UPDATE tasks SET last_heartbeat_at = ? WHERE id = ?'),
    touchRun: connection.prepare('UPDATE task_runs SET last_heartbeat_at = ?, claim_expires = ? WHERE id = ?'),
    finish: connection.prepare(
      "UPDATE tasks SET status = 'done', completed_at = ?, result = ?, claim_lock = NULL, claim_expires = NULL " +
        "WHERE id = ? AND status IN ('running', 'ready')",
    ),
    endRun: connection.prepare(
      "UPDATE task_runs SET status = 'done', outcome = 'completed', ended_at = ? WHERE id = ?",
    ),
    clearFailures: connection.prepare(
      'UPDATE tasks SET consecutive_failures = 0, last_failure_error = NULL WHERE id = ?',
    ),
    promoteChildren: connection.prepare(
      "UPDATE tasks SET status = 'ready' WHERE status = 'todo' " +
        'AND id IN (SELECT child_id FROM task_links WHERE parent_id = ?) AND NOT EXISTS (' +
        'SELECT 1 FROM task_links JOIN tasks AS parents ON parents.id = task_links.parent_id ' +
        "WHERE task_links.child_id = tasks.id AND parents.status <> 'done')",
    ),
    expired: connection.prepare<[number], Id>(
      'SELECT id, claim_lock AS holder, current_run_id AS run FROM tasks ' +
        "WHERE status = 'running' AND claim_expires < ? ORDER BY claim_expires LIMIT 32",
    ),
  };
}
