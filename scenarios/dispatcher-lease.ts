import { defineExploration, type ActorSession, type Outcome, type StartingBoard, type Steps } from 'crashboard';

const TTL_MS = 1000;
const NOT_STARTED =
  "SELECT id FROM tasks WHERE status = 'ready' AND NOT EXISTS (SELECT 1 FROM task_runs WHERE task_id = tasks.id) LIMIT 1";
const START = "INSERT INTO task_runs (task_id, status, started_at) VALUES (?, 'running', ?)";

const board: StartingBoard = {
  start: 'current',
  sql: [
    "INSERT INTO tasks (id, title, status, created_at) VALUES ('t', 'the task', 'ready', 1)",
    'CREATE TABLE dispatcher_leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, expires_at INTEGER NOT NULL)',
  ],
};

/** A tick: find a task that nobody has started, and start it. @param pauseMs how long the dispatcher takes in between. */
const tick = (pauseMs: number) =>
  function* (session: ActorSession): Steps<void> {
    yield* session.open();
    yield* session.dispatch(function* () {
      const row = (yield session.get(NOT_STARTED)) as { id: string } | undefined;
      if (!row) return;
      if (pauseMs > 0) yield* session.sleep(pauseMs);
      yield* session.write(function* () {
        yield session.run(START, row.id, session.nowMs());
      });
    });
  };

function check({ query }: Outcome): string | undefined {
  const runs = Number(query('SELECT count(*) AS runs FROM task_runs')[0]?.['runs']);
  return runs > 1 ? `started twice: ${runs} runs of one task` : undefined;
}

const two = { board, processes: [0, 1], axes: { firstOpen: 'immediate' }, claimTtlMs: TTL_MS, check } as const;
const noLockFile = [0, 1].map((actor) => ({ actor, step: 'try lock on board.db.dispatch.lock', code: 'EACCES' }));

export default defineExploration({
  name: 'dispatcher-lease',
  question: 'Two dispatchers tick at the same time: do they start one task twice?',
  strategies: [
    { name: 'no-lease', axes: { lease: 'none' } },
    { name: 'lease-rows', axes: { lease: 'dispatcher-rows' } },
    { name: 'lock-file-fails-open', axes: { lease: 'dispatch-lock-file-open' } },
    { name: 'lock-file-fails-closed', axes: { lease: 'dispatch-lock-file' } },
  ],
  situations: [
    { ...two, name: 'two-ticks', summary: 'two dispatchers tick at the same time', programs: [tick(0), tick(0)] },
    {
      ...two,
      name: 'overrun',
      summary: 'the first takes longer for its tick than its lease lasts',
      programs: [tick(2 * TTL_MS), tick(0)],
      bound: 3,
    },
    {
      ...two,
      name: 'no-lock-file',
      summary: 'the lock file cannot be had at all',
      programs: [tick(0), tick(0)],
      faults: noLockFile,
    },
  ],
  expect: {
    'no-lease': 'unsafe',
    'lease-rows': { default: 'safe', overrun: 'unsafe' },
    'lock-file-fails-open': { default: 'safe', 'no-lock-file': 'unsafe' },
    'lock-file-fails-closed': 'safe',
  },
  bound: 2,
});
