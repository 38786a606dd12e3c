import { defineBench } from 'crashboard';

export default defineBench({
  name: 'busy-timeout',
  question: 'How long must busy_timeout be, for how many writers, and does it help every kind of transaction?',
  // A transaction in which the application does something else as well, and writers that keep their own pace.
  base: { hold: '2ms', rate: 10 },
  grid: {
    policy: ['immediate', 'deferred', 'jitter'],
    busyTimeout: ['0', '100ms', '1s', '5s', '30s', '120s'],
    writers: [1, 2, 4, 8, 16, 32],
    loop: ['open', 'closed'],
  },
  durationMs: 3000,
  repetitions: 5,
  quick: {
    grid: {
      policy: ['immediate', 'deferred'],
      busyTimeout: ['0', '100ms', '1s', '5s'],
      writers: [8],
      loop: ['open'],
      rate: [15],
    },
    durationMs: 900,
    repetitions: 4,
  },
  recommend: { axis: 'busyTimeout', rule: 'smallest-timeout' },
});
