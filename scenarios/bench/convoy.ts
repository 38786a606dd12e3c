import { defineBench } from 'crashboard';

export default defineBench({
  name: 'convoy',
  question: "Does SQLite's fixed backoff starve writers that a random pause lets through (#54137)?",
  base: { hold: '2ms' },
  variants: {
    axis: 'backoff',
    values: {
      sqlite: { policy: 'immediate', busyTimeout: '5s' },
      jitter: { policy: 'jitter', busyTimeout: '0' },
      'sqlite-then-jitter': { policy: 'jitter', busyTimeout: '100ms' },
    },
  },
  grid: { backoff: ['sqlite', 'jitter', 'sqlite-then-jitter'], writers: [4, 8, 16] },
  durationMs: 4000,
  repetitions: 6,
  quick: {
    grid: { backoff: ['sqlite', 'jitter', 'sqlite-then-jitter'], writers: [8] },
    durationMs: 2000,
    repetitions: 5,
  },
  recommend: { axis: 'backoff', rule: 'fairest', reference: 'sqlite' },
});
