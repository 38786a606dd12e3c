import { BASELINE, type Strategy } from '../axes.ts';

export const unguarded: Strategy = {
  name: 'unguarded',
  summary: 'table_info, then one bare ALTER per missing column, with nothing around them',
  source: 'the program before #22627',
  axes: { ...BASELINE, initialisedCache: 'none' },
};
