import { BASELINE, type Strategy } from '../axes.ts';

export const recommended: Strategy = {
  name: 'recommended',
  summary:
    'one immediate transaction for the migration, immediate writes, 5 s busy timeout, fenced completes, a lasting connection',
  source: 'what the evidence of this harness supports',
  axes: {
    ...BASELINE,
    firstOpen: 'immediate',
    busyTimeoutMs: 5_000,
    pragmas: 'full-1000',
    lease: 'fenced',
    connection: 'process',
  },
};
