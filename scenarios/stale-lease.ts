import {
  claim,
  complete,
  defineExploration,
  reclaim,
  type ActorSession,
  type Outcome,
  type StartingBoard,
  type Steps,
} from 'crashboard';

const TTL_MS = 1000;

const board: StartingBoard = {
  start: 'current',
  sql: ["INSERT INTO tasks (id, title, status, created_at) VALUES ('t', 'the task', 'ready', 1)"],
};
const withChild: StartingBoard = {
  start: 'current',
  sql: [
    ...(board.sql ?? []),
    "INSERT INTO tasks (id, title, status, created_at) VALUES ('child', 'what follows', 'todo', 2)",
    "INSERT INTO task_links (parent_id, child_id) VALUES ('t', 'child')",
  ],
};

/** A worker that stands still between claiming and completing, longer than its claim lasts. */
function* slowWorker(session: ActorSession): Steps<string> {
  yield* session.open();
  yield* claim(session, 0);
  yield* session.sleep(2 * TTL_MS);
  yield* complete(session, 't');
  return 'completed';
}

function* worker(session: ActorSession): Steps<string> {
  yield* session.open();
  yield* claim(session, 0);
  yield* complete(session, 't');
  return 'completed';
}

/** Takes an expired claim back and claims the task itself. */
function* successor(session: ActorSession): Steps<string> {
  yield* session.open();
  yield* reclaim(session);
  yield* claim(session, 0);
  return 'claimed';
}

function* bystander(session: ActorSession): Steps<void> {
  yield* session.open();
}

/** Two workers were told that the task was theirs to the end: one that it is complete, the other that it holds it. */
function checkStale({ actors }: Outcome): string | undefined {
  const [first, second] = actors;
  if (first?.how === 'returned' && second?.how === 'returned') {
    return 'stale complete: the first worker completed a task that had been given to the second';
  }
  return undefined;
}

function checkChildren({ query }: Outcome): string | undefined {
  const [parent, child] = query("SELECT status FROM tasks WHERE id IN ('t', 'child') ORDER BY id = 'child'");
  return parent?.['status'] === 'done' && child?.['status'] === 'todo'
    ? 'delayed child: the task is done, and what waits for it is never made ready'
    : undefined;
}

export default defineExploration({
  name: 'stale-lease',
  question:
    'A worker stands still past the end of its claim and then completes the task that another has by now: does anything stop it?',
  strategies: ['unguarded', 'init-flock', 'lease', 'recommended'],
  situations: [
    {
      name: 'slept-past-ttl',
      summary: 'the worker sleeps for twice its claim between claiming and completing',
      board,
      programs: [slowWorker, successor],
      processes: [0, 1],
      axes: { firstOpen: 'immediate' },
      claimTtlMs: TTL_MS,
      bound: 3,
      check: checkStale,
    },
    {
      name: 'killed-in-complete',
      summary: 'the worker is killed between the transactions of `complete`',
      board: withChild,
      programs: [worker, bystander],
      processes: [0, 1],
      mayCrash: [0],
      axes: { firstOpen: 'immediate' },
      claimTtlMs: TTL_MS,
      bound: 1,
      check: checkChildren,
    },
  ],
  expect: {
    default: 'unsafe',
    // Completing compares the claim; that it takes three transactions is another matter.
    lease: { 'slept-past-ttl': 'safe', 'killed-in-complete': 'unsafe' },
    recommended: { 'slept-past-ttl': 'safe', 'killed-in-complete': 'unsafe' },
  },
  bound: 2,
});
