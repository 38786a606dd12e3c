import { crc32 } from 'node:zlib';
import { OPERATION_KINDS, type BoardOperation } from '../history/record.ts';
import { codeOf, messageOf } from '../strategy/errors.ts';
import type { CopiedDatabase } from './copied-database.ts';
import { Growable } from './growable.ts';
import { FATE, type Ledger, type WorkerLedger } from './ledger.ts';
import { EVENT_OF, trailOf, type TrailEvent } from './trail.ts';

/** A number of cases, and the first few of them in words. */
export interface Cases {
  count: number;
  examples: string[];
}

/** What the workers were told, held against what the audit trail has. */
export interface Reconciliation {
  /** Events that a worker was told are committed. */
  acknowledged: number;
  /** Acknowledged, and not there. */
  lost: Cases;
  /** There, and never attempted; or not as attempted. */
  unexplained: Cases;
  /** There, although the worker was told that it failed. */
  falselyFailed: Cases;
  /** Of the operations in flight at a death or reported as uncertain: those that the trail shows committed, and those that it does not. */
  resolved: { committed: number; absent: number };
  /** Why the trail could not be read to its end. */
  unreadable: string | undefined;
}

const EXAMPLES_MAX = 3;

/** Compares the histories with the audit trail, in one pass over each. */
export function reconcile(ledger: Ledger, database: CopiedDatabase): Reconciliation {
  const result: Reconciliation = {
    acknowledged: ledger.acknowledged,
    lost: { count: 0, examples: [] },
    unexplained: { count: 0, examples: [] },
    falselyFailed: { count: 0, examples: [] },
    resolved: { committed: 0, absent: 0 },
    unreadable: undefined,
  };
  const present = new Map<string, Growable>();
  try {
    for (const event of trailOf(database)) enter(result, ledger, present, event);
  } catch (error) {
    if (!codeOf(error).startsWith('SQLITE_')) throw error;
    result.unreadable = `${codeOf(error)}: ${messageOf(error)}`;
  }
  for (const worker of ledger.workers.values()) lookForAbsent(result, worker, present.get(worker.worker));
  return result;
}

function enter(result: Reconciliation, ledger: Ledger, present: Map<string, Growable>, event: TrailEvent): void {
  const { stamp } = event;
  const worker = stamp && ledger.workers.get(stamp.worker);
  if (!stamp || !worker) return add(result.unexplained, `event ${event.id} names no worker of this trial`);
  const { number } = stamp;
  const attempted = OPERATION_KINDS[worker.kinds.get(number) - 1];
  if (attempted === undefined || EVENT_OF[attempted as BoardOperation] !== event.kind) {
    return add(
      result.unexplained,
      `event ${event.id} (${event.kind}) is number ${number} of ${stamp.worker}, who attempted ${attempted ?? 'nothing'}`,
    );
  }
  const told = worker.tasks.get(number);
  if (told !== 0 && told !== crc32(event.task)) {
    return add(
      result.unexplained,
      `event ${event.id} is about task ${event.task}; ${stamp.worker} was told of another`,
    );
  }
  let seen = present.get(stamp.worker);
  if (!seen) present.set(stamp.worker, (seen = new Growable()));
  seen.set(number, 1);
  const fate = worker.fates.get(number);
  if (fate === FATE.failed)
    add(result.falselyFailed, `${event.kind} ${event.task}, number ${number} of ${stamp.worker}`);
  else if (fate === FATE.inFlight || fate === FATE.uncertain) result.resolved.committed++;
}

function lookForAbsent(result: Reconciliation, worker: WorkerLedger, present: Growable | undefined): void {
  for (let number = 1; number <= worker.last; number++) {
    if (present?.get(number) === 1) continue;
    const fate = worker.fates.get(number);
    if (fate === FATE.inFlight || fate === FATE.uncertain) result.resolved.absent++;
    if (fate !== FATE.acknowledged) continue;
    const kind = OPERATION_KINDS[worker.kinds.get(number) - 1];
    add(result.lost, `${kind} number ${number} of ${worker.worker}`);
  }
}

function add(cases: Cases, example: string): void {
  cases.count++;
  if (cases.examples.length < EXAMPLES_MAX) cases.examples.push(example);
}

/** `3 (a; b; …)`: a number of cases with its examples, for a finding. */
export function inWords({ count, examples }: Cases): string {
  return `${examples.join('; ')}${count > examples.length ? '; …' : ''}`;
}
