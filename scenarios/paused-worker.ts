import { defineScenario } from 'crashboard';

export default defineScenario({
  name: 'paused-worker',
  question:
    'A worker stands still for longer than its claim lasts, and its task is given to another: does it write to the task when it wakes?',
  board: { start: 'current', tasks: 40, claimTtlMs: 100, reclaim: 'expired' },
  workers: { processes: 5 },
  faults: [{ fault: 'pause', perSecond: 8, aim: 'random', durationMs: 250 }],
  strategies: ['unguarded', 'init-flock', 'lease', 'recommended'],
  durationMs: 4000,
  trials: 2,
  expect: {
    // Nothing compares the claim when they complete.
    unguarded: 'unsafe',
    'init-flock': 'unsafe',
    lease: 'safe',
    recommended: 'safe',
  },
});
