import { BASELINE, SINCE_33696, type Strategy } from '../axes.ts';

export const walSkip: Strategy = {
  name: 'wal-skip',
  summary: 'the after-commit length check, skipped in WAL mode; synchronous=FULL, autocheckpoint 1000',
  source: '#45525',
  axes: { ...BASELINE, ...SINCE_33696, afterCommit: 'wal-skip', pragmas: 'full-1000' },
};
