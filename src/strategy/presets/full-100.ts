import { BASELINE, type Strategy } from '../axes.ts';

export const full100: Strategy = {
  name: 'full-100',
  summary: 'synchronous=FULL and wal_autocheckpoint=100, opted into by an environment variable',
  source: '#30973',
  axes: { ...BASELINE, pragmas: 'full-100' },
  environment: [
    {
      variable: 'HERMES_KANBAN_SYNCHRONOUS_MODE',
      axis: 'pragmas',
      values: { full: 'full-100', '*': 'v1' },
      unset: 'full',
    },
  ],
};
