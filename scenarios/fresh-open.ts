import { defineScenario } from 'crashboard';

export default defineScenario({
  name: 'fresh-open',
  question:
    'Several processes open one new file at the same moment: does each get its board, its columns once, and its pragmas?',
  board: { start: 'fresh' },
  workers: { processes: 4 },
  workload: { mix: { create: 1 }, operations: 3 },
  strategies: [
    'init-flock',
    'write-flock-bounded',
    'immediate',
    'recommended',
    'unguarded',
    'duplicate-tolerant',
    'init-mutex',
  ],
  // As the end-to-end test of #33696 sets it.
  environment: { HERMES_KANBAN_BUSY_TIMEOUT_MS: '60000' },
  durationMs: 10_000,
  trials: 3,
  expect: {
    default: 'safe',
    // No lock between processes: who loses the race meets "duplicate column name" or a locked file.
    unguarded: 'any',
    'duplicate-tolerant': 'any',
    'init-mutex': 'any',
  },
});
