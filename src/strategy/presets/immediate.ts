import { BASELINE, type Strategy } from '../axes.ts';

export const immediate: Strategy = {
  name: 'immediate',
  summary: 'migration and every write inside BEGIN IMMEDIATE, and nothing else',
  source: 'control: what SQLite offers by itself',
  axes: { ...BASELINE, firstOpen: 'immediate' },
};
