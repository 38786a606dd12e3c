/** One step of the migration that an old board needs: a column, and what has to follow it. */
export interface OptionalColumn {
  table: 'tasks' | 'task_events';
  column: string;
  definition: string;
  /** Copies values of an older column; runs only on the connection whose ALTER added the column. */
  copyStep?: string;
  /** The one ALTER that stayed bare when the others learned to tolerate a duplicate (#22800). */
  neverTolerant?: true;
}

/** The optional columns in the order in which they are added, each by an ALTER of its own. */
export const OPTIONAL_COLUMNS: readonly OptionalColumn[] = [
  { table: 'tasks', column: 'tenant', definition: 'TEXT' },
  { table: 'tasks', column: 'result', definition: 'TEXT' },
  { table: 'tasks', column: 'branch_name', definition: 'TEXT' },
  { table: 'tasks', column: 'project_id', definition: 'TEXT' },
  { table: 'tasks', column: 'idempotency_key', definition: 'TEXT' },
  {
    table: 'tasks',
    column: 'consecutive_failures',
    definition: 'INTEGER NOT NULL DEFAULT 0',
    copyStep: 'UPDATE tasks SET consecutive_failures = COALESCE(spawn_failures, 0)',
  },
  { table: 'tasks', column: 'worker_pid', definition: 'INTEGER' },
  {
    table: 'tasks',
    column: 'last_failure_error',
    definition: 'TEXT',
    copyStep: 'UPDATE tasks SET last_failure_error = last_spawn_error',
  },
  { table: 'tasks', column: 'max_runtime_seconds', definition: 'INTEGER' },
  { table: 'tasks', column: 'last_heartbeat_at', definition: 'INTEGER' },
  { table: 'tasks', column: 'current_run_id', definition: 'INTEGER' },
  { table: 'tasks', column: 'workflow_template_id', definition: 'TEXT' },
  { table: 'tasks', column: 'current_step_key', definition: 'TEXT' },
  { table: 'tasks', column: 'skills', definition: 'TEXT' },
  { table: 'tasks', column: 'max_retries', definition: 'INTEGER' },
  { table: 'tasks', column: 'model_override', definition: 'TEXT', neverTolerant: true },
  { table: 'tasks', column: 'goal_mode', definition: 'INTEGER NOT NULL DEFAULT 0' },
  { table: 'tasks', column: 'goal_max_turns', definition: 'INTEGER' },
  { table: 'tasks', column: 'session_id', definition: 'TEXT' },
  { table: 'tasks', column: 'block_kind', definition: 'TEXT' },
  { table: 'tasks', column: 'block_recurrences', definition: 'INTEGER NOT NULL DEFAULT 0' },
  {
    table: 'task_events',
    column: 'run_id',
    definition: 'INTEGER',
    copyStep:
      'UPDATE task_events SET run_id = (SELECT current_run_id FROM tasks WHERE tasks.id = task_events.task_id) ' +
      "WHERE kind IN ('claimed', 'heartbeat')",
  },
];

/** Indexes over optional columns: created once the ALTERs are through. */
export const LATE_INDEXES = [
  'CREATE INDEX IF NOT EXISTS idx_tasks_tenant ON tasks(tenant)',
  'CREATE INDEX IF NOT EXISTS idx_tasks_idempotency ON tasks(idempotency_key)',
  'CREATE INDEX IF NOT EXISTS idx_tasks_session ON tasks(session_id)',
  'CREATE INDEX IF NOT EXISTS idx_events_run ON task_events(run_id, id)',
] as const;

/** The statement that adds a column. */
export function alterStatement(optional: OptionalColumn): string {
  return `ALTER TABLE ${optional.table} ADD COLUMN ${optional.column} ${optional.definition}`;
}
