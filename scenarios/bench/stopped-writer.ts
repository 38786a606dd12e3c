import { defineBench } from 'crashboard';

export default defineBench({
  name: 'stopped-writer',
  question: 'One writer stands still while it holds the lock: who freezes for how long, under each timeout?',
  base: { stop: '2s', writers: 4, hold: '0.3ms', rate: 50 },
  grid: {
    busyTimeout: ['100ms', '1s', '5s', '30s', '120s'],
    loop: ['closed', 'open'],
  },
  durationMs: 5000,
  repetitions: 5,
  quick: { grid: { busyTimeout: ['100ms', '1s', '5s'], loop: ['closed', 'open'] }, durationMs: 3500, repetitions: 2 },
  recommend: { axis: 'busyTimeout', rule: 'shortest-freeze' },
});
