import { BASELINE, type Strategy } from '../axes.ts';

export const lease: Strategy = {
  name: 'lease',
  summary: 'dispatchers take a lease row before a tick, completes are fenced, the first connect checks integrity',
  source: '#30969',
  axes: { ...BASELINE, lease: 'dispatcher-rows', probe: 'integrity-first' },
};
