import type { TrialReport } from '../check/trial-report.ts';
import { BOARD_OPERATIONS } from '../history/record.ts';
import type { TrialFacts } from '../trial/facts.ts';
import { mergedLatencies, percentilesOf } from './latency.ts';

/** What came out of one trial, in figures. Trials are independent of each other: comparisons count them, not operations. */
export interface TrialFigures {
  trial: number;
  seed: string;
  /** Whether it has a violation. */
  failed: boolean;
  durationMs: number;
  acknowledged: number;
  lost: number;
  kills: number;
  /** `null` where the kernel does not tell. */
  killsInTransaction: number | null;
  pauses: number;
  throughputPerSecond: number;
  /** Over all board operations; `null` without any. */
  p99Ms: number | null;
}

/** The figures of a trial that was judged. */
export function figuresOf(facts: TrialFacts, report: TrialReport): TrialFigures {
  const kills = facts.faults.filter(({ fault }) => fault === 'kill');
  const isKnown = kills.every(({ inTransaction }) => inTransaction !== null);
  const done = BOARD_OPERATIONS.reduce((total, kind) => total + report.operations[kind].ok, 0);
  return {
    trial: facts.trial.trial,
    seed: facts.trial.seed,
    failed: report.findings.some(({ severity }) => severity === 'violation'),
    durationMs: facts.durationMs,
    acknowledged: report.acknowledged,
    lost: report.lost,
    kills: kills.length,
    killsInTransaction: isKnown ? kills.filter(({ inTransaction }) => inTransaction).length : null,
    pauses: facts.faults.length - kills.length,
    throughputPerSecond: facts.durationMs === 0 ? 0 : Math.round(done / (facts.durationMs / 1000)),
    p99Ms: percentilesOf(mergedLatencies([report], BOARD_OPERATIONS))?.p99 ?? null,
  };
}
