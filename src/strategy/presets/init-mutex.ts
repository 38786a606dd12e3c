import { BASELINE, type Strategy } from '../axes.ts';

export const initMutex: Strategy = {
  name: 'init-mutex',
  summary: 'an in-process mutex around first open and migration',
  source: '#21708 option 2, #24410',
  axes: { ...BASELINE, firstOpen: 'init-mutex' },
};
