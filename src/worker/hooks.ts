import { hazardNamed } from '../hazard/index.ts';
import { labelOf, type HazardMoment, type HazardUse } from '../hazard/hazard.ts';
import { sleepSync } from '../kernel/process.ts';
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
export function hooksFor(assignment: Assignment, random: () => number, note: Note): SessionHooks {
  const audit = auditEvery(assignment, note);
  const hazards = (moment: HazardMoment): (() => Steps<void>) | undefined => {
    const uses = assignment.hazards.filter((use) => use.when === moment);
    const steps = uses.map((use): [number, Step] => [use.probability, hazardStep(use, assignment, note)]);
    if (steps.length === 0) return undefined;
    return function* () {
      for (const [probability, hazard] of steps) if (random() < probability) yield hazard;
    };
  };
  const inTransaction = withHold(assignment.workload.holdMs ?? 0, hazards('in-transaction'));
  const hazardsThenAudit =
    inTransaction &&
    function* (): Steps<void> {
      yield* inTransaction();
      audit();
    };
  return {
    connected: hazards('connect') ?? nothing,
    beforeCommit: hazardsThenAudit ?? audit,
    afterCommit: hazards('after-commit') ?? nothing,
  };
}

/** Whoever works on something else while a transaction is open holds everybody up. */
function withHold(holdMs: number, hazards: (() => Steps<void>) | undefined): (() => Steps<void>) | undefined {
  if (holdMs === 0) return hazards;
  const hold = step('sleep', `hold the transaction open for ${holdMs} ms`, () => sleepSync(holdMs));
  return function* () {
    yield hold;
    if (hazards) yield* hazards();
  };
}

const nothing = (): undefined => undefined;

/** The first time that it finds something to do, the worker notes it: a hazard that never happened proves nothing. */
function hazardStep(use: HazardUse, { databasePath }: Assignment, note: Note): Step {
  const label = labelOf(use);
  let isNoted = false;
  return step('file', `hazard ${label}`, () => {
    const happened = hazardNamed(use.hazard).perform(databasePath, use.file);
    if (!happened || isNoted) return;
    isNoted = true;
    note('hazard', { label });
  });
}

type Note = (name: string, data: unknown) => void;

/** The audit is no step: it only looks, and nothing can come between it and the transaction that it looks at. */
function auditEvery(assignment: Assignment, note: Note): () => undefined {
  const { lockAuditEvery, lockAuditAfterMs = Infinity } = assignment;
  if (lockAuditEvery === 0) return nothing;
  let untilNext = 1;
  let dueMs = 0;
  let audits = 0;
  let bad = 0;
  return () => {
    if (--untilNext > 0 && performance.now() < dueMs) return;
    untilNext = lockAuditEvery;
    dueMs = performance.now() + lockAuditAfterMs;
    const audit = auditOwnLocks(assignment.databasePath, assignment.axes);
    if (!audit) return;
    if (++audits === 1) note('lock-audits-begun', {});
    if (audit.missing.length > 0 && ++bad <= BAD_AUDITS_MAX) note('lock-audit', audit);
  };
}
