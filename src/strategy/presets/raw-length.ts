import { BASELINE, type Strategy } from '../axes.ts';

export const rawLength: Strategy = {
  name: 'raw-length',
  summary:
    'after every commit opens, reads and closes the live file to compare its length with the page count of its header',
  source: '#33482',
  axes: { ...BASELINE, afterCommit: 'raw-length', pragmas: 'hardened' },
};
