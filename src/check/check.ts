import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';

/** One invariant of a board that survived. */
export interface Check {
  name: string;
  /** What it makes sure of. */
  summary: string;
  /** Whether it can see damage coming, before any row is lost. */
  isEarlySign: boolean;
  /** Looks at the evidence of one trial. @throws SQLite's error where the copy cannot be read: that is a finding too. */
  run(evidence: Evidence): Finding[];
}
