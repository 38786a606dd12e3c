import { defineScenario } from 'crashboard';

const rollbackJournal = { pragmas: 'delete-full', connection: 'operation' } as const;

export default defineScenario({
  name: 'after-commit-read',
  question:
    'A program opens, reads and closes the live database after every commit: what comes of it in WAL mode and with a rollback journal?',
  board: { start: 'current', tasks: 40 },
  workers: { processes: 4, threads: 3 },
  strategies: [
    { name: 'wal-with-read', extends: 'raw-length', axes: { connection: 'operation' } },
    { name: 'wal-without-read', extends: 'hardened', axes: { connection: 'operation' } },
    { name: 'rollback-with-read', extends: 'raw-length', axes: rollbackJournal },
    { name: 'rollback-without-read', extends: 'hardened', axes: rollbackJournal },
  ],
  durationMs: 8000,
  trials: 3,
  expect: { default: 'safe', 'wal-with-read': 'any', 'rollback-with-read': 'any' },
});
