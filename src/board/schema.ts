/**
 * The tables as an old board has them, before any optional column. No FOREIGN KEY clauses, no index that needs an
 * optional column: those follow the migration.
 */
export const TABLES = [
  `CREATE TABLE IF NOT EXISTS tasks (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, body TEXT, assignee TEXT, status TEXT NOT NULL,
    priority INTEGER DEFAULT 0, created_by TEXT, created_at INTEGER NOT NULL, started_at INTEGER, completed_at INTEGER,
    claim_lock TEXT, claim_expires INTEGER, spawn_failures INTEGER DEFAULT 0, last_spawn_error TEXT)`,
  `CREATE TABLE IF NOT EXISTS task_links (
    parent_id TEXT NOT NULL, child_id TEXT NOT NULL, PRIMARY KEY (parent_id, child_id))`,
  `CREATE TABLE IF NOT EXISTS task_comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, author TEXT NOT NULL, body TEXT NOT NULL,
    created_at INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS task_events (
    id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT,
    created_at INTEGER NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS task_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, status TEXT NOT NULL, claim_lock TEXT,
    claim_expires INTEGER, worker_pid INTEGER, last_heartbeat_at INTEGER, started_at INTEGER NOT NULL, ended_at INTEGER,
    outcome TEXT)`,
] as const;

/** Indexes that any board can have. Those on events and runs are the ones that corruption reports name. */
export const INDEXES = [
  'CREATE INDEX IF NOT EXISTS idx_tasks_assignee_status ON tasks(assignee, status)',
  'CREATE INDEX IF NOT EXISTS idx_tasks_status ON tasks(status)',
  'CREATE INDEX IF NOT EXISTS idx_links_child ON task_links(child_id)',
  'CREATE INDEX IF NOT EXISTS idx_links_parent ON task_links(parent_id)',
  'CREATE INDEX IF NOT EXISTS idx_comments_task ON task_comments(task_id, created_at)',
  'CREATE INDEX IF NOT EXISTS idx_events_task ON task_events(task_id, created_at)',
  'CREATE INDEX IF NOT EXISTS idx_runs_task ON task_runs(task_id, started_at)',
  'CREATE INDEX IF NOT EXISTS idx_runs_status ON task_runs(status)',
] as const;
