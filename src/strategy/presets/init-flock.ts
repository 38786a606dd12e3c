import { BASELINE, SINCE_33696, type Strategy } from '../axes.ts';

export const initFlock: Strategy = {
  name: 'init-flock',
  summary: 'an exclusive lock on <db>.init.lock around first open, hardened pragmas, 120 s busy timeout',
  source: '#32759, merged as #33696',
  axes: { ...BASELINE, ...SINCE_33696 },
  environment: [{ variable: 'HERMES_KANBAN_BUSY_TIMEOUT_MS', axis: 'busyTimeoutMs', unset: '120000' }],
};
