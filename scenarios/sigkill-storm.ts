import { defineScenario } from 'crashboard';

const caught = { verdict: 'unsafe', checks: 2, earlySign: true } as const;

export default defineScenario({
  name: 'sigkill-storm',
  question:
    'Which way of opening, migrating and writing keeps a shared SQLite board intact when its workers are killed in mid write?',
  board: { start: 'current', tasks: 40, claimTtlMs: 200 },
  workers: { processes: 4 },
  faults: [
    { fault: 'kill', perSecond: 9, aim: 'write-lock' },
    { fault: 'kill', perSecond: 3, aim: 'random' },
  ],
  strategies: 'all',
  durationMs: 1000,
  trials: 2,
  controls: [
    {
      name: 'control-raw-read',
      strategy: {
        name: 'rollback-journal',
        extends: 'immediate',
        axes: { pragmas: 'delete-full', connection: 'process' },
      },
      hazards: [{ hazard: 'raw-read', file: 'database', when: 'in-transaction' }],
      durationMs: 5000,
      expect: caught,
    },
    {
      name: 'control-raw-shm',
      strategy: 'immediate',
      hazards: [{ hazard: 'raw-read', file: 'shm', when: 'after-commit' }],
      durationMs: 5000,
      expect: caught,
    },
  ],
  expect: { default: 'safe', 'raw-length': 'any' },
});
