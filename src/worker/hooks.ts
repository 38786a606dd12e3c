import { hazardNamed } from '../hazard/index.ts';
import { labelOf, type HazardMoment } from '../hazard/hazard.ts';
import { step, type Step, type Steps } from '../step/step.ts';
import type { SessionHooks } from '../strategy/session.ts';
import type { Assignment } from './assignment.ts';
import { auditOwnLocks } from './lock-audit.ts';

/** A worker writes down no more than this many bad audits: the first ones tell the story. */
const BAD_AUDITS_MAX = 20;

/**
 * The hazards of the scenario at their moments, and the audit of the worker's own locks inside its transactions.
 * @param random seeded; a stream of its own, so that hazards do not change what the worker does otherwise.
 */
export function hooksFor(
  assignment: Assignment,
  random: () => number,
  note: (name: string, data: unknown) => void,
): SessionHooks {
  const audit = auditEvery(assignment, note);
  const hazards = (moment: HazardMoment): (() => Steps<void>) | undefined => {
    const uses = assignment.hazards.filter((use) => use.when === moment);
    const steps = uses.map((use): [number, Step] => {
      const perform = (): void => hazardNamed(use.hazard).perform(assignment.databasePath, use.file);
      return [use.probability, step('file', `hazard ${labelOf(use)}`, perform)];
    });
    if (steps.length === 0) return undefined;
    return function* () {
      for (const [probability, hazard] of steps) if (random() < probability) yield hazard;
    };
  };
  const inTransaction = hazards('in-transaction');
  const hazardsThenAudit = inTransaction && function* (): Steps<void> {
    yield* inTransaction();
    audit();
  };
  return {
    connected: hazards('connect') ?? nothing,
    beforeCommit: hazardsThenAudit ?? audit,
    afterCommit: hazards('after-commit') ?? nothing,
  };
}

const nothing = (): undefined => undefined;

/** The audit is no step: it only looks, and nothing can come between it and the transaction that it looks at. */
function auditEvery(assignment: Assignment, note: (name: string, data: unknown) => void): () => undefined {
  let untilNext = 1;
  let bad = 0;
  return () => {
    if (assignment.lockAuditEvery === 0 || --untilNext > 0) return;
    untilNext = assignment.lockAuditEvery;
    const audit = auditOwnLocks(assignment.databasePath, assignment.axes);
    if (audit && audit.missing.length > 0 && ++bad <= BAD_AUDITS_MAX) note('lock-audit', audit);
  };
}
