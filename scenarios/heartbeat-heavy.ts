import { defineScenario } from 'crashboard';

export default defineScenario({
  name: 'heartbeat-heavy',
  question:
    'A dispatcher hands out and takes back work while workers write little but heartbeats and are killed: does the board survive, with FULL and without?',
  board: { start: 'current', tasks: 60, claimTtlMs: 250 },
  workers: { processes: 5 },
  workload: {
    mix: { claim: 2, heartbeat: 20, complete: 1 },
    loop: { type: 'open', ratePerSecond: 200 },
  },
  dispatchers: { processes: 1, mix: { create: 2, reclaim: 6 }, loop: { type: 'open', ratePerSecond: 60 } },
  faults: [
    { fault: 'kill', perSecond: 6, aim: 'write-lock' },
    { fault: 'pause', perSecond: 2, aim: 'write-lock', durationMs: 120 },
  ],
  strategies: ['unguarded', 'full-100', 'lease', 'hardened', 'recommended'],
  durationMs: 4000,
  trials: 1,
});
