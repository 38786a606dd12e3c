import { BASELINE, type Strategy } from '../axes.ts';

export const writeFlock: Strategy = {
  name: 'write-flock',
  summary:
    'an unbounded exclusive lock on <db>.write-txn.lock around every write; goes on without it where it cannot be had',
  source: '#31965, #32461 and the fork that locks every write',
  axes: { ...BASELINE, writeLock: 'flock' },
};
