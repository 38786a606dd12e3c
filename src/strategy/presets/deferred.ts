import { BASELINE, type Strategy } from '../axes.ts';

export const deferred: Strategy = {
  name: 'deferred',
  summary: 'plain BEGIN: a transaction that reads first upgrades later, and fails at once if somebody wrote in between',
  source: 'control: what BEGIN IMMEDIATE replaces',
  axes: { ...BASELINE, transaction: 'deferred' },
};
