import { defineExploration, type ActorSession, type Outcome, type StartingBoard, type Steps } from 'crashboard';

/** An old board with one task that has failed three times, as its old column says. */
const oldBoard = (...lacks: string[]): StartingBoard => ({
  start: 'old',
  lacks,
  sql: ["INSERT INTO tasks (id, title, status, created_at, spawn_failures) VALUES ('old', 'old', 'ready', 1, 3)"],
});

const COPIED = "SELECT consecutive_failures AS failures FROM tasks WHERE id = 'old'";

/** Opens the board and looks at what the migration should have copied. */
function* open(session: ActorSession): Steps<unknown> {
  yield* session.open();
  const row = (yield session.get(COPIED)) as { failures: number } | undefined;
  return row?.failures;
}

function* openOnly(session: ActorSession): Steps<void> {
  yield* session.open();
}

/** The tick after a failed one opens the board anew. */
function* openUntilNextTick(session: ActorSession): Steps<unknown> {
  try {
    return yield* open(session);
  } catch {
    yield* session.sleep(60_000);
    return yield* open(session);
  }
}

/** Somebody was refused the board, waits for ever, or saw a migration that was half done. */
function check({ actors }: Outcome): string | undefined {
  for (const actor of actors) {
    if (actor.how === 'threw') return `${actor.code}: ${actor.message}`;
    if (actor.how === 'stuck') return 'waits for ever: the process that holds the lock stands still';
    if (actor.how === 'returned' && actor.value !== undefined && actor.value !== 3) {
      return `copy step missed: the board was open with consecutive_failures = ${JSON.stringify(actor.value)} where spawn_failures = 3`;
    }
  }
  return undefined;
}

/** The same, but to be told that the board is busy is an answer: the next tick tries again. */
function checkButBusy(outcome: Outcome): string | undefined {
  const isAnswer = (code: string): boolean => code === 'LOCK_TIMEOUT' || code.startsWith('SQLITE_BUSY');
  return check({
    ...outcome,
    actors: outcome.actors.filter((actor) => actor.how !== 'threw' || !isAnswer(actor.code)),
  });
}

const once = { initialisedCache: 'per-process' } as const;
const report = oldBoard('consecutive_failures', 'model_override');
/** Two processes that open it once. */
const two = { programs: [openOnly, openOnly], processes: [0, 1], axes: once, check } as const;

export default defineExploration({
  name: 'duplicate-column',
  question:
    'Two workers open a board that lacks columns: who gets `duplicate column name`, and which way of opening prevents it?',
  strategies: [
    'unguarded',
    'duplicate-tolerant',
    'init-mutex',
    'init-flock',
    { name: 'init-flock-10s-open', extends: 'init-flock', axes: { firstOpen: 'init-flock-10s-open' } },
    { name: 'init-flock-10s-closed', extends: 'init-flock', axes: { firstOpen: 'init-flock-10s-closed' } },
    'write-flock-bounded',
    'immediate',
  ],
  situations: [
    {
      name: 'threads',
      summary: 'two threads of one process open an old board',
      board: report,
      programs: [open, open],
      processes: [0, 0],
      axes: once,
      check,
    },
    {
      ...two,
      name: 'processes',
      summary: 'two processes open an old board',
      board: report,
      programs: [open, open],
    },
    {
      name: 'double-open',
      summary: 'two dispatchers, each of which opens the old board twice per tick',
      board: report,
      programs: [open, open],
      processes: [0, 1],
      axes: { initialisedCache: 'double-open' },
      bound: 1,
      check,
    },
    {
      ...two,
      name: 'fresh',
      summary: 'two processes open a board that is not there yet',
      board: { start: 'absent' },
      bound: 1,
      check: checkButBusy,
    },
    {
      ...two,
      name: 'plain-column',
      summary: 'the old board lacks one column and nothing follows its ALTER',
      board: oldBoard('session_id'),
    },
    {
      ...two,
      name: 'copied-column',
      summary: 'a copy step follows the ALTER',
      board: oldBoard('consecutive_failures'),
      programs: [open, open],
    },
    {
      ...two,
      name: 'bare-alter',
      summary: 'the one ALTER that stayed bare (model_override)',
      board: oldBoard('model_override'),
    },
    {
      ...two,
      name: 'next-tick',
      summary: 'whoever fails opens again on its next tick',
      board: oldBoard('session_id'),
      programs: [openUntilNextTick, openUntilNextTick],
      check: ({ actors }) => (actors.some(({ how }) => how === 'threw') ? 'the next tick fails as well' : undefined),
    },
    {
      ...two,
      name: 'holder-killed',
      summary: 'one of the two processes is killed at any step',
      board: oldBoard('session_id'),
      mayCrash: [0],
      bound: 1,
    },
    {
      ...two,
      name: 'holder-stopped',
      summary: 'one of the two is stopped at any step, and goes on when the other cannot',
      board: oldBoard('session_id'),
      mayStop: [0],
      bound: 1,
      check: checkButBusy,
    },
    {
      ...two,
      name: 'holder-hangs',
      summary: 'one of the two is stopped at any step, for good',
      board: oldBoard('session_id'),
      mayStop: [0],
      stopLasts: 'for-good',
      bound: 1,
      check: checkButBusy,
    },
  ],
  expect: {
    unguarded: { default: 'unsafe', 'next-tick': 'safe' },
    'duplicate-tolerant': {
      default: 'unsafe',
      'plain-column': 'safe',
      'next-tick': 'safe',
      'holder-killed': 'safe',
      'holder-stopped': 'safe',
      'holder-hangs': 'safe',
    },
    // In the process that holds it, the mutex helps; another process has one of its own.
    'init-mutex': { default: 'unsafe', threads: 'safe', 'next-tick': 'safe' },
    'init-flock': { default: 'safe', 'holder-hangs': 'unsafe' },
    'init-flock-10s-open': { default: 'safe', 'holder-stopped': 'unsafe' },
    'init-flock-10s-closed': 'safe',
    'write-flock-bounded': 'safe',
    immediate: 'safe',
  },
  bound: 2,
});
