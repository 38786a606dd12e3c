import { create, defineExploration, type ActorSession, type Outcome, type Steps } from 'crashboard';

const opensAndCreates = (id: string) =>
  function* (session: ActorSession): Steps<string> {
    yield* session.open();
    const task = { id, title: id, body: '', priority: 0, parent: null, idempotencyKey: null };
    yield* create(session, task);
    return id;
  };

/** Whatever somebody was told is on the board, and the board is whole. Nobody was told of anything but a busy database. */
function check({ actors, query }: Outcome): string | undefined {
  const [integrity] = query('PRAGMA integrity_check');
  if (integrity?.['integrity_check'] !== 'ok') return `damaged: ${JSON.stringify(integrity)}`;
  for (const actor of actors) {
    if (actor.how === 'stuck') return 'waits for ever';
    if (actor.how === 'threw' && !actor.code.startsWith('SQLITE_BUSY')) return `${actor.code}: ${actor.message}`;
    if (actor.how === 'returned' && query('SELECT 1 FROM tasks WHERE id = ?', String(actor.value)).length === 0) {
      return `lost: task ${String(actor.value)} was acknowledged and is not on the board`;
    }
  }
  return undefined;
}

/** The same, and nobody is turned away either. */
function checkNobodyBusy(outcome: Outcome): string | undefined {
  const busy = outcome.actors.find((actor) => actor.how === 'threw' && actor.code.startsWith('SQLITE_BUSY'));
  return busy?.how === 'threw' ? `${busy.code}: ${busy.message}` : check(outcome);
}

const two = {
  board: { start: 'current', journalMode: 'delete' },
  programs: [opensAndCreates('a'), opensAndCreates('b')],
  processes: [0, 1],
  axes: { initialisedCache: 'per-process' },
} as const;
/** Shared memory cannot be had on one side, as on some network file systems. */
const noSharedMemory = [{ actor: 1, step: 'PRAGMA journal_mode = wal', code: 'SQLITE_IOERR_SHMMAP' }];

export default defineExploration({
  name: 'fresh-open-journal',
  question:
    'Two workers switch a board to WAL at the same time, or one cannot and falls back: is the board damaged, or is somebody turned away?',
  strategies: [
    { name: 'wal', extends: 'unguarded', axes: { firstOpen: 'immediate' } },
    { name: 'wal-or-delete', extends: 'unguarded', axes: { firstOpen: 'immediate', pragmas: 'wal-or-delete' } },
    { name: 'wal-under-init-flock', extends: 'init-flock', axes: {} },
  ],
  situations: [
    { ...two, name: 'both-wal', summary: 'both can use WAL; nobody may be turned away', check: checkNobodyBusy },
    {
      ...two,
      name: 'fallback',
      summary: 'one side meets an I/O error where WAL begins; to be told that the database is busy is an answer',
      faults: noSharedMemory,
      check,
    },
    {
      ...two,
      name: 'fallback-not-busy',
      summary: 'the same, and nobody may be turned away',
      faults: noSharedMemory,
      check: checkNobodyBusy,
    },
  ],
  expect: {
    // What cannot fall back is told of the I/O error.
    default: { default: 'unsafe', 'both-wal': 'safe' },
    'wal-or-delete': { default: 'safe', 'fallback-not-busy': 'unsafe' },
  },
  bound: 2,
});
