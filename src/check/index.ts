import type { Check } from './check.ts';
import { acknowledged } from './checks/acknowledged.ts';
import { crashes } from './checks/crashes.ts';
import { eventTrail } from './checks/event-trail.ts';
import { exclusiveClaims } from './checks/exclusive-claims.ts';
import { integrity } from './checks/integrity.ts';
import { journalMode } from './checks/journal-mode.ts';
import { leases } from './checks/leases.ts';
import { locks } from './checks/locks.ts';
import { pragmas } from './checks/pragmas.ts';
import { rowCounts } from './checks/row-counts.ts';
import { schema } from './checks/schema.ts';
import { sidecars } from './checks/sidecars.ts';
import { walIndex } from './checks/wal-index.ts';

/** Every check of a trial, early signs first. What a whole cell must show besides is in `checks/vacuity.ts`. */
export const CHECKS: readonly Check[] = [
  locks,
  sidecars,
  walIndex,
  crashes,
  integrity,
  acknowledged,
  rowCounts,
  eventTrail,
  exclusiveClaims,
  leases,
  schema,
  journalMode,
  pragmas,
];
