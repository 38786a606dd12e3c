import { defineBench } from 'crashboard';

export default defineBench({
  name: 'checkpointing',
  question: 'Who pays for moving the WAL back into the database: every writer a little, or one of them all of it?',
  base: { synchronous: 'FULL' },
  grid: {
    checkpoint: ['automatic', 'passive-periodic', 'dedicated', 'truncate-on-close'],
    autocheckpoint: [100, 1000],
    writers: [4],
  },
  durationMs: 3000,
  repetitions: 6,
  quick: {
    grid: { checkpoint: ['automatic', 'dedicated'], autocheckpoint: [100, 1000], writers: [4] },
    durationMs: 1500,
    repetitions: 4,
  },
  recommend: { axis: 'checkpoint', rule: 'fastest', reference: 'automatic' },
});
