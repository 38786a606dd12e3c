import { defineScenario } from 'crashboard';

export default defineScenario({
  name: 'burst-create',
  question: 'Eight processes create forty tasks each, at once, on one board: are there 320 in the end?',
  board: { start: 'fresh' },
  workers: { processes: 8 },
  workload: { mix: { create: 1 }, operations: 40 },
  strategies: ['write-flock-bounded', 'wal-skip', 'init-flock', 'immediate', 'recommended'],
  durationMs: 60_000,
  trials: 1,
});
