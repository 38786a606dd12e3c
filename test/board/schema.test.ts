import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LATE_INDEXES, OPTIONAL_COLUMNS, alterStatement } from '../../src/board/optional-columns.ts';
import { INDEXES, TABLES } from '../../src/board/schema.ts';
import { bundled } from '../../src/engine/bundled.ts';
import { execute, query } from '../support/board.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The order in which the program of the reports adds its columns. */
const ORDER = [
  'tasks.tenant',
  'tasks.result',
  'tasks.branch_name',
  'tasks.project_id',
  'tasks.idempotency_key',
  'tasks.consecutive_failures',
  'tasks.worker_pid',
  'tasks.last_failure_error',
  'tasks.max_runtime_seconds',
  'tasks.last_heartbeat_at',
  'tasks.current_run_id',
  'tasks.workflow_template_id',
  'tasks.current_step_key',
  'tasks.skills',
  'tasks.max_retries',
  'tasks.model_override',
  'tasks.goal_mode',
  'tasks.goal_max_turns',
  'tasks.session_id',
  'tasks.block_kind',
  'tasks.block_recurrences',
  'task_events.run_id',
];

function oldBoard(): string {
  const path = join(temporaryFolder(), 'board.db');
  execute(path, ['BEGIN', ...TABLES, ...INDEXES, 'COMMIT'].join(';'));
  return path;
}

describe('the optional columns', () => {
  it('are 22, in the order of the reports', () => {
    expect(OPTIONAL_COLUMNS.map(({ table, column }) => `${table}.${column}`)).toEqual(ORDER);
    expect(OPTIONAL_COLUMNS).toHaveLength(22);
  });

  it('have one whose ALTER stayed bare', () => {
    expect(OPTIONAL_COLUMNS.filter(({ neverTolerant }) => neverTolerant).map(({ column }) => column)).toEqual([
      'model_override',
    ]);
  });

  it('are on no old board, and can each be added to one with rows on it', () => {
    const path = oldBoard();
    execute(path, "INSERT INTO tasks (id, title, status, created_at, spawn_failures) VALUES ('t', 't', 'ready', 1, 3)");
    for (const optional of OPTIONAL_COLUMNS) {
      execute(path, alterStatement(optional));
      if (optional.copyStep !== undefined) execute(path, optional.copyStep);
    }

    expect(query(path, 'SELECT consecutive_failures, goal_mode, tenant FROM tasks')).toEqual([
      { consecutive_failures: 3, goal_mode: 0, tenant: null },
    ]);
  });

  it('copy the run of a task into its events, of those kinds that belong to a run', () => {
    const path = oldBoard();
    for (const optional of OPTIONAL_COLUMNS) execute(path, alterStatement(optional));
    execute(
      path,
      "INSERT INTO tasks (id, title, status, created_at, current_run_id) VALUES ('t', 't', 'running', 1, 42)",
    );
    for (const kind of ['created', 'claimed', 'heartbeat']) {
      execute(path, `INSERT INTO task_events (task_id, kind, created_at) VALUES ('t', '${kind}', 1)`);
    }
    execute(path, OPTIONAL_COLUMNS.at(-1)?.copyStep ?? '');

    expect(query(path, 'SELECT kind, run_id FROM task_events ORDER BY id')).toEqual([
      { kind: 'created', run_id: null },
      { kind: 'claimed', run_id: 42 },
      { kind: 'heartbeat', run_id: 42 },
    ]);
  });
});

describe('the schema', () => {
  it('has the five tables of the reports and no foreign keys', () => {
    const path = oldBoard();

    expect(
      query(path, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"),
    ).toEqual(['task_comments', 'task_events', 'task_links', 'task_runs', 'tasks'].map((name) => ({ name })));
    expect(TABLES.join().toUpperCase()).not.toMatch(/FOREIGN|REFERENCES/);
  });

  it('has the indexes that corruption reports name', () => {
    const path = oldBoard();
    const columnsOf = (index: string) => query(path, `PRAGMA index_info(${index})`).map((row) => row['name']);

    expect(columnsOf('idx_runs_status')).toEqual(['status']);
    expect(columnsOf('idx_events_task')).toEqual(['task_id', 'created_at']);
    for (const optional of OPTIONAL_COLUMNS) execute(path, alterStatement(optional));
    for (const index of LATE_INDEXES) execute(path, index);
    expect(columnsOf('idx_events_run')).toEqual(['run_id', 'id']);
  });

  it.each(LATE_INDEXES)('cannot have "%s" before the migration', (index) => {
    expect(() => execute(oldBoard(), index)).toThrow(/no such column/);
  });

  it('can be set up twice', () => {
    const connection = bundled.open(oldBoard(), 0);
    for (const statement of [...TABLES, ...INDEXES]) connection.exec(statement);
    connection.close();
  });
});
