import { claim, defineExploration, type ActorSession, type Outcome, type StartingBoard, type Steps } from 'crashboard';

const board: StartingBoard = {
  start: 'current',
  sql: ["INSERT INTO tasks (id, title, status, created_at) VALUES ('t', 'the only task', 'ready', 1)"],
};

const READY = "SELECT id FROM tasks WHERE status = 'ready' AND claim_lock IS NULL LIMIT 1";
const TAKE = "UPDATE tasks SET status = 'running', claim_lock = ? WHERE id = ?";
const NOTHING_LEFT = ['CLAIM_LOST', 'NOTHING_TO_DO'];

function* compareAndSet(session: ActorSession): Steps<string> {
  yield* session.open();
  return (yield* claim(session, 0)).task;
}

/** Reads outside the transaction and writes without looking again. */
function* readThenWrite(session: ActorSession): Steps<string | undefined> {
  yield* session.open();
  const row = (yield session.get(READY)) as { id: string } | undefined;
  if (!row) return undefined;
  yield* session.write(() => take(session, row.id));
  return row.id;
}

/** Reads and writes in one transaction: deferred, that is an upgrade from reader to writer. */
function* readInside(session: ActorSession): Steps<string | undefined> {
  yield* session.open();
  return yield* session.write(function* () {
    const row = (yield session.get(READY)) as { id: string } | undefined;
    if (row) yield* take(session, row.id);
    return row?.id;
  });
}

function* take(session: ActorSession, task: string): Steps<void> {
  yield session.run(TAKE, session.claimLock, task);
}

/** Only the error of a reader that somebody has overtaken; a lock that is merely taken is reported as SQLITE_BUSY. */
function checkSnapshot({ actors }: Outcome): string | undefined {
  const overtaken = actors.find((actor) => actor.how === 'threw' && actor.code === 'SQLITE_BUSY_SNAPSHOT');
  return overtaken?.how === 'threw' ? `${overtaken.code}: ${overtaken.message}` : undefined;
}

function check({ actors }: Outcome): string | undefined {
  if (actors.filter((actor) => actor.how === 'returned' && actor.value === 't').length > 1) {
    return 'claimed twice: two workers were told that the task is theirs';
  }
  for (const actor of actors) {
    if (actor.how === 'threw' && !NOTHING_LEFT.includes(actor.code)) return `${actor.code}: ${actor.message}`;
    if (actor.how === 'stuck') return 'waits for ever';
  }
  return undefined;
}

const two = { board, processes: [0, 1], check } as const;

export default defineExploration({
  name: 'claim-race',
  question: 'Two workers claim the only ready task: can both get it, and what does a deferred transaction tell them?',
  strategies: ['deferred', 'immediate', 'recommended'],
  situations: [
    {
      ...two,
      name: 'compare-and-set',
      summary: 'candidates are read first, then one UPDATE compares and sets',
      programs: [compareAndSet, compareAndSet],
    },
    {
      ...two,
      name: 'read-then-write',
      summary: 'the task is read first, then written without comparing',
      programs: [readThenWrite, readThenWrite],
    },
    {
      ...two,
      name: 'read-inside',
      summary: 'reading and writing in one transaction',
      programs: [readInside, readInside],
    },
    {
      ...two,
      name: 'overtaken',
      summary: 'the same, looking for the upgrade of a reader that was overtaken',
      programs: [readInside, readInside],
      check: checkSnapshot,
    },
  ],
  expect: {
    default: { default: 'safe', 'read-then-write': 'unsafe' },
    // SQLITE_BUSY or SQLITE_BUSY_SNAPSHOT at the first write, whatever busy_timeout says.
    deferred: { default: 'safe', 'read-then-write': 'unsafe', 'read-inside': 'unsafe', overtaken: 'unsafe' },
  },
  bound: 2,
});
