import { vacuity, type Coverage } from '../check/checks/vacuity.ts';
import type { Finding } from '../check/finding.ts';
import type { OperationCounts } from '../check/ledger.ts';
import type { TrialReport } from '../check/trial-report.ts';
import { BOARD_OPERATIONS, OPERATION_KINDS, type BoardOperation, type OperationKind } from '../history/record.ts';
import type { Cell } from '../scenario/plan.ts';
import { labelOf } from '../hazard/hazard.ts';
import type { TrialFacts } from '../trial/facts.ts';
import { exactInterval, type Interval } from './interval.ts';
import { mergedLatencies, percentilesOf, type LatencyMs } from './latency.ts';
import { figuresOf, type TrialFigures } from './trial-figures.ts';
import { outcomeOf, verdictOf, type Outcome, type Verdict } from './verdict.ts';

/** One trial with what the checks said of it. */
export interface JudgedTrial {
  facts: TrialFacts;
  report: TrialReport;
}

/** A finding and the trial that it is about. */
export interface CellFinding extends Finding {
  trial: number;
}

/** What came out for one cell. */
export interface CellResult {
  cell: Cell;
  sqliteVersion: string;
  verdict: Verdict;
  outcome: Outcome;
  /** Trials that ran to their end, or to the damage that ended them. */
  trials: number;
  /** The same trials one by one. */
  perTrial: TrialFigures[];
  failures: number;
  failureRate: Interval;
  /** Upper 95 % limit of the chance that one kill loses acknowledged work or damages the board; 1 with no kill. */
  perKillHigh: number;
  findings: CellFinding[];
  /** Why silence would prove nothing; empty for a run that could have seen something. */
  vacuous: string[];
  operations: Record<OperationKind, OperationCounts>;
  acknowledged: number;
  lost: number;
  /** Operations in flight at a kill, resolved by the audit trail. */
  resolved: { committed: number; absent: number };
  kills: { total: number; inTransaction: number | null; inFlight: number };
  pauses: number;
  claimsLost: number;
  /** How often operations failed, by kind and code. */
  errors: Record<string, number>;
  /** Acknowledged operations per second of all workers together. */
  throughputPerSecond: number;
  latencyMs: Partial<Record<OperationKind, LatencyMs>>;
  /** The same over all board operations together. */
  latencyMsAll: LatencyMs | null;
  /** Median time from a kill until the replacement had the board open. */
  replacementMsMedian: number | null;
}

/** Judges a cell by its trials. @param judged in any number, also none: then nothing is known. */
export function judge(cell: Cell, judged: readonly JudgedTrial[]): CellResult {
  const facts = judged.map((trial) => trial.facts);
  const reports = judged.map((trial) => trial.report);
  const findings = judged.flatMap(({ facts, report }) =>
    report.findings.map((finding): CellFinding => ({ ...finding, trial: facts.trial.trial })),
  );
  const failed = new Set(findings.filter(({ severity }) => severity === 'violation').map(({ trial }) => trial)).size;
  const operations = sumOperations(reports);
  const kills = killsOf(facts, reports);
  const claimsLost = sum(reports.map((report) => report.claimsLost));
  const pauses = sum(facts.map(({ faults }) => faults.filter(({ fault }) => fault === 'pause').length));
  const coverage: Coverage = {
    ...coverageOf(cell, operations, { kills, pauses, claimsLost }),
    ...watchfulnessOf(cell, facts, reports),
  };
  const vacuous = judged.length === 0 ? ['no trial was finished'] : vacuity(coverage);
  const verdict = verdictOf(failed, vacuous);
  const acknowledged = sum(reports.map((report) => report.acknowledged));
  const workedMs = sum(facts.map(({ durationMs }) => durationMs));
  return {
    cell,
    sqliteVersion: reports.find(({ sqliteVersion }) => sqliteVersion !== '')?.sqliteVersion ?? '',
    verdict,
    outcome: outcomeOf(verdict, cell.expected, findings),
    trials: judged.length,
    perTrial: judged.map(({ facts, report }) => figuresOf(facts, report)),
    failures: failed,
    failureRate: exactInterval(failed, judged.length),
    perKillHigh: failed > 0 ? 1 : exactInterval(0, kills.total).high,
    findings,
    vacuous,
    operations,
    acknowledged,
    lost: sum(reports.map((report) => report.lost)),
    resolved: {
      committed: sum(reports.map(({ resolved }) => resolved.committed)),
      absent: sum(reports.map(({ resolved }) => resolved.absent)),
    },
    kills,
    pauses,
    claimsLost,
    errors: sumErrors(reports),
    throughputPerSecond: workedMs === 0 ? 0 : Math.round(acknowledgedByWorkers(operations) / (workedMs / 1000)),
    latencyMs: latenciesOf(reports),
    latencyMsAll: percentilesOf(mergedLatencies(reports, BOARD_OPERATIONS)),
    replacementMsMedian: median(facts.flatMap(({ replacementMs }) => replacementMs)),
  };
}

function coverageOf(
  cell: Cell,
  operations: Record<OperationKind, OperationCounts>,
  { kills, pauses, claimsLost }: Pick<CellResult, 'kills' | 'pauses' | 'claimsLost'>,
): Omit<Coverage, keyof Watchfulness> {
  const mixes = [cell.workload.mix, ...(cell.dispatchers ? [cell.dispatchers.mix] : [])];
  const asks = (name: string): boolean => cell.faults.some(({ fault }) => fault === name);
  const { claimTtlMs, reclaim } = cell.board;
  const leavesClaims = claimTtlMs < cell.durationMs && (reclaim === 'expired' || asks('kill'));
  return {
    kills: { ...kills, asked: asks('kill') },
    pauses: { total: pauses, asked: asks('pause') },
    claimsLost,
    acknowledged: Object.fromEntries(BOARD_OPERATIONS.map((kind) => [kind, operations[kind].ok])) as Record<
      BoardOperation,
      number
    >,
    // Where no claim can expire while the workers work, nobody can be asked to take one away.
    wanted: BOARD_OPERATIONS.filter(
      (kind) => mixes.some((mix) => mix[kind] > 0) && (kind !== 'reclaim' || leavesClaims),
    ),
    concurrency: cell.workers.processes * cell.workers.threads,
  };
}

type Watchfulness = Pick<Coverage, 'hazardsMissed' | 'watched' | 'unserved' | 'stuck' | 'interrupted'>;

function watchfulnessOf(cell: Cell, facts: readonly TrialFacts[], reports: readonly TrialReport[]): Watchfulness {
  const happened = new Set(reports.flatMap(({ hazards }) => hazards));
  const watched = reports.flatMap((report) => report.watched ?? []);
  return {
    hazardsMissed: cell.hazards.map(labelOf).filter((label) => !happened.has(label)),
    watched:
      watched.length < reports.length
        ? null
        : { locks: watched.every(({ locks }) => locks), sidecars: watched.every(({ sidecars }) => sidecars) },
    unserved: sum(reports.map(({ unserved }) => unserved)),
    stuck: sum(reports.map(({ stuck }) => stuck)),
    interrupted: facts.some(({ interrupted }) => interrupted),
  };
}

function killsOf(facts: readonly TrialFacts[], reports: readonly TrialReport[]): CellResult['kills'] {
  const kills = facts.flatMap(({ faults }) => faults.filter(({ fault }) => fault === 'kill'));
  const isKnown = kills.every(({ inTransaction }) => inTransaction !== null);
  return {
    total: kills.length,
    inTransaction: isKnown ? kills.filter(({ inTransaction }) => inTransaction).length : null,
    inFlight: sum(reports.map(({ killsInFlight }) => killsInFlight)),
  };
}

function sumOperations(reports: readonly TrialReport[]): Record<OperationKind, OperationCounts> {
  const total = (kind: OperationKind, field: keyof OperationCounts): number =>
    sum(reports.map(({ operations }) => operations[kind][field]));
  return Object.fromEntries(
    OPERATION_KINDS.map((kind) => [
      kind,
      { ok: total(kind, 'ok'), fail: total(kind, 'fail'), indeterminate: total(kind, 'indeterminate') },
    ]),
  ) as Record<OperationKind, OperationCounts>;
}

function acknowledgedByWorkers(operations: Record<OperationKind, OperationCounts>): number {
  return sum(BOARD_OPERATIONS.map((kind) => operations[kind].ok));
}

function sumErrors(reports: readonly TrialReport[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { failures } of reports) {
    for (const [key, count] of Object.entries(failures)) total[key] = (total[key] ?? 0) + count;
  }
  return total;
}

function latenciesOf(reports: readonly TrialReport[]): CellResult['latencyMs'] {
  const latencies: CellResult['latencyMs'] = {};
  for (const kind of OPERATION_KINDS) {
    const latency = percentilesOf(mergedLatencies(reports, [kind]));
    if (latency) latencies[kind] = latency;
  }
  return latencies;
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
