import { defineBench } from 'crashboard';

export default defineBench({
  name: 'lock-tax',
  question: 'What does each lock around opening or writing cost in throughput?',
  // As the reports have it: a connection for a tick of 50 operations, which looks for missing columns each time.
  base: { connection: 'tick', initialisedCache: 'none', firstOpen: 'unguarded', busyTimeout: '120s' },
  variants: {
    axis: 'lock',
    values: {
      none: {},
      'init-flock': { firstOpen: 'init-flock' },
      'write-flock': { writeLock: 'flock' },
      bounded: { writeLock: 'flock-bounded', firstOpen: 'write-lock' },
      mutex: { writeLock: 'mutex' },
    },
  },
  grid: { lock: ['none', 'init-flock', 'write-flock', 'bounded', 'mutex'], writers: [1, 8, 32] },
  durationMs: 2000,
  repetitions: 7,
  quick: {
    grid: { lock: ['none', 'init-flock', 'write-flock', 'bounded', 'mutex'], writers: [1, 8] },
    durationMs: 700,
    repetitions: 4,
  },
  recommend: { axis: 'lock', rule: 'fastest', reference: 'none' },
  claims: [
    {
      source: '#33696',
      text: 'a lock around every write taxes every write (by 5 % or more)',
      value: 'write-flock',
      throughputShareMax: 0.95,
    },
    {
      source: '#45525',
      text: 'it turns seconds into two minutes (ten times slower or worse)',
      value: 'write-flock',
      throughputShareMax: 0.1,
    },
    {
      source: '#45525',
      text: 'the bounded lock, which polls, does (ten times slower or worse)',
      value: 'bounded',
      throughputShareMax: 0.1,
    },
  ],
});
