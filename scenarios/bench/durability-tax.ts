import { defineBench } from 'crashboard';

export default defineBench({
  name: 'durability-tax',
  question: 'What does each level of synchronous cost, with checkpoints every 100 and every 1000 pages?',
  grid: { synchronous: ['OFF', 'NORMAL', 'FULL'], autocheckpoint: [100, 1000], writers: [1, 8] },
  durationMs: 2000,
  repetitions: 7,
  quick: { durationMs: 700, repetitions: 4 },
  recommend: { axis: 'synchronous', rule: 'fastest', reference: 'FULL' },
});
