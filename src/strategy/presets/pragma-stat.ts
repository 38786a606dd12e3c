import { BASELINE, SINCE_33696, type Strategy } from '../axes.ts';

export const pragmaStat: Strategy = {
  name: 'pragma-stat',
  summary: 'after every commit compares PRAGMA page_count with stat(2): the same question without opening the file',
  source: '#71724',
  axes: { ...BASELINE, ...SINCE_33696, afterCommit: 'pragma-stat' },
};
