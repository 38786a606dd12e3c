import { DepthFirst } from './depth-first.ts';
import { Pct } from './pct.ts';
import { RandomWalk } from './random-walk.ts';
import type { SchedulerName } from '../scheduler-names.ts';
import type { Scheduler, SchedulerSettings } from './scheduler.ts';

/** Every scheduler that explores, by name. */
export const SCHEDULERS: Readonly<Record<SchedulerName, (settings: SchedulerSettings) => Scheduler>> = {
  'depth-first': (settings) => new DepthFirst(settings),
  'random-walk': (settings) => new RandomWalk(settings),
  pct: (settings) => new Pct(settings),
};
