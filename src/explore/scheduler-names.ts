/** Names of the schedulers, for those who must not load them. */
export const SCHEDULER_NAMES = ['depth-first', 'random-walk', 'pct'] as const;
export type SchedulerName = (typeof SCHEDULER_NAMES)[number];
