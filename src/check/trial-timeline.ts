import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../strategy/errors.ts';
import { extractTimeline } from '../timeline/extract.ts';
import type { InFlight, Timeline } from '../timeline/timeline.ts';
import { TRIAL_FILES } from '../trial/facts.ts';
import type { Evidence } from './evidence.ts';
import { trailOf } from './trail.ts';

/** Lays the timeline of a trial beside its histories, as far as these tell. */
export function beginTimeline(directory: string): Timeline {
  const timeline = extractTimeline(directory);
  write(directory, timeline);
  return timeline;
}

/** Adds what only the audit trail tells: what became of the operations that were in flight at a kill. */
export function finishTimeline(directory: string, timeline: Timeline, evidence: Evidence): void {
  const open = timeline.strikes.flatMap(({ inFlight }) => inFlight.filter(({ fate }) => fate === 'unknown'));
  if (open.length === 0) return;
  const byEvent = new Map(open.map((operation) => [`${operation.worker}/${operation.event}`, operation]));
  try {
    settle(byEvent, evidence);
  } catch (error) {
    // A trail that cannot be read is a finding of the checks; here it leaves the fates unknown.
    if (!codeOf(error).startsWith('SQLITE_')) throw error;
    return;
  }
  for (const operation of byEvent.values()) if (operation.fate === 'unknown') operation.fate = 'absent';
  write(directory, timeline);
}

function settle(byEvent: ReadonlyMap<string, InFlight>, evidence: Evidence): void {
  for (const { stamp } of trailOf(evidence.asLeft)) {
    const operation = stamp && byEvent.get(`${stamp.worker}/${stamp.number}`);
    if (operation) operation.fate = 'committed';
  }
}

function write(directory: string, timeline: Timeline): void {
  writeFileSync(join(directory, TRIAL_FILES.timeline), JSON.stringify(timeline));
}
