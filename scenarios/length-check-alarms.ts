import { defineScenario } from 'crashboard';

export default defineScenario({
  name: 'length-check-alarms',
  question:
    'How often does a length check after the commit raise a false alarm on a healthy board, and what becomes of callers who then try again?',
  board: { start: 'current', tasks: 0 },
  workers: { processes: 6 },
  // A caller without an idempotency key repeats what it was told had failed.
  // One commit in a thousand is struck: their number matters, not the time that they take.
  workload: { mix: { create: 1 }, operations: 1500, retry: 'new-task' },
  strategies: ['raw-length', 'wal-skip', 'pragma-stat'],
  durationMs: 120_000,
  trials: 1,
  expect: {
    default: 'safe',
    'raw-length': { verdict: 'unsafe', checks: 2, earlySign: false },
  },
});
