import { BASELINE, type Strategy } from '../axes.ts';

export const writeFlockBounded: Strategy = {
  name: 'write-flock-bounded',
  summary: 'one lock on the resolved path for opening and writing; gives up with a clear error after the busy timeout',
  source: '#37350',
  axes: {
    ...BASELINE,
    firstOpen: 'write-lock',
    writeLock: 'flock-bounded',
    afterCommit: 'wal-skip',
    pragmas: 'hardened',
  },
};
