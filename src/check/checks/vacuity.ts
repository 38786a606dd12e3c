import { BOARD_OPERATIONS, type BoardOperation } from '../../history/record.ts';

/** How much the trials of a cell put the board to the test. */
export interface Coverage {
  /** `asked`: whether the cell is to be struck by this fault at all. */
  kills: { asked: boolean; total: number; inTransaction: number | null; inFlight: number };
  pauses: { asked: boolean; total: number };
  claimsLost: number;
  acknowledged: Record<BoardOperation, number>;
  /** The operations that the workload asks for and the board allows. */
  wanted: readonly BoardOperation[];
  /** Most workers that could want the same task. */
  concurrency: number;
  /** Hazards that were asked for and never found anything to do, by label. */
  hazardsMissed: readonly string[];
  /** Whether somebody looked at locks and sidecars in every trial; `null` where the kernel shows neither. */
  watched: { locks: boolean; sidecars: boolean } | null;
  /** Requests that workers were to serve and did not come to. */
  unserved: number;
  /** Workers that had not ended long after their trial. */
  stuck: number;
  interrupted: boolean;
}

/** At least this share of the kills must have hit a transaction, or the storm passed beside the writes. */
const IN_TRANSACTION_SHARE = 0.1;

/** How the check is listed; it looks at all trials of a cell together, unlike the others. */
export const VACUITY = {
  name: 'vacuity',
  summary:
    'kills landed in transactions, claims collided, hazards happened, somebody looked, every kind of operation was acknowledged; otherwise inconclusive',
} as const;

/**
 * Whether silence means anything: a run whose faults missed is inconclusive, never safe.
 * @returns the reasons why it does not; empty if it does.
 */
export function vacuity(coverage: Coverage): string[] {
  const { kills, pauses, acknowledged, wanted } = coverage;
  const reasons: string[] = [];
  if (kills.asked && kills.total === 0) reasons.push('no kill happened');
  if (pauses.asked && pauses.total === 0) reasons.push('no pause happened');
  const hits = kills.inTransaction ?? kills.inFlight;
  if (kills.total > 0 && hits < Math.max(1, kills.total * IN_TRANSACTION_SHARE)) {
    const where = kills.inTransaction === null ? 'an operation' : 'a transaction';
    reasons.push(`${hits} of ${kills.total} kills landed inside ${where}`);
  }
  if (coverage.concurrency > 1 && wanted.includes('claim') && coverage.claimsLost === 0) {
    reasons.push(`no two of ${acknowledged.claim} claims collided`);
  }
  const silent = BOARD_OPERATIONS.filter((kind) => wanted.includes(kind) && acknowledged[kind] === 0);
  if (silent.length > 0) reasons.push(`no ${silent.join(', no ')} was acknowledged`);
  return [...reasons, ...unfinished(coverage)];
}

function unfinished({ hazardsMissed, watched, unserved, stuck, interrupted }: Coverage): string[] {
  const reasons = hazardsMissed.map((hazard) => `hazard ${hazard} never happened`);
  if (watched && !watched.locks) reasons.push('no worker looked at its locks');
  if (watched && !watched.sidecars) reasons.push('nobody looked at the sidecars');
  if (unserved > 0) reasons.push(`${unserved} requests were not come to in time`);
  if (stuck > 0) reasons.push(`${stuck} workers still waited for something long after the trial was over`);
  if (interrupted) reasons.push('it was interrupted');
  return reasons;
}
