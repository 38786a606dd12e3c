import { BOARD_OPERATIONS } from '../history/record.ts';
import type { Evidence } from './evidence.ts';

/** How many requests the workers of a trial were to serve in all; `undefined` where time alone limits them. */
export function requestsWanted({ facts }: Evidence): number | undefined {
  const { workers, workload, dispatchers, faults } = facts.cell;
  // Replacements serve requests of their own, dispatchers as many as they come to: then there is no such number.
  if (workload.operations === null || dispatchers || faults.length > 0) return undefined;
  return workers.processes * workers.threads * workload.operations;
}

/** How many of them the workers did not come to. Retries are operations too, so there may be more than were wanted. */
export function unservedIn(evidence: Evidence): number {
  const { counts } = evidence.ledger;
  const served = BOARD_OPERATIONS.reduce(
    (sum, kind) => sum + counts[kind].ok + counts[kind].fail + counts[kind].indeterminate,
    0,
  );
  return Math.max(0, (requestsWanted(evidence) ?? 0) - served);
}
