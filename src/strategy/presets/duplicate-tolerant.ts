import { BASELINE, type Strategy } from '../axes.ts';

export const duplicateTolerant: Strategy = {
  name: 'duplicate-tolerant',
  summary: 'swallows "duplicate column name" on every ALTER but one; opens twice per tick',
  source: '#22627, merged as #22800',
  axes: { ...BASELINE, firstOpen: 'duplicate-tolerant', initialisedCache: 'double-open' },
};
