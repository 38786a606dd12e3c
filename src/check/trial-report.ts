import { existsSync } from 'node:fs';
import { encodeIntoCompressedBase64 } from 'hdr-histogram-js';
import { OPERATION_KINDS, type OperationKind } from '../history/record.ts';
import { codeOf, messageOf } from '../strategy/errors.ts';
import type { Check } from './check.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import type { OperationCounts, WorkerNote } from './ledger.ts';
import { unservedIn } from './requests.ts';
import type { Reconciliation } from './reconcile.ts';

/** What the checks say of one trial, as JSON. */
export interface TrialReport {
  findings: Finding[];
  sqliteVersion: string;
  operations: Record<OperationKind, OperationCounts>;
  /** How often each kind of operation failed with each code. */
  failures: Record<string, number>;
  acknowledged: number;
  lost: number;
  resolved: Reconciliation['resolved'];
  /** Kills whose victim had an operation in flight, by its history. */
  killsInFlight: number;
  /** Claims that lost the race for a task. */
  claimsLost: number;
  /** Hazards that happened at least once, by label. */
  hazards: string[];
  /** Whether anybody looked: a worker at its own locks, the observer at the sidecars. `null` where the kernel shows neither. */
  watched: { locks: boolean; sidecars: boolean } | null;
  /** Requests that workers were to serve and did not come to; 0 where there is no such number. */
  unserved: number;
  /** Workers that had not ended long after the trial: they waited for something. */
  stuck: number;
  /** Latencies in nanoseconds, as compressed HDR histograms. */
  latencies: Partial<Record<OperationKind, string>>;
}

/** Runs checks over the evidence of a trial. A check that cannot read the copy reports just that. */
export function reportOf(evidence: Evidence, checks: readonly Check[]): TrialReport {
  const { ledger } = evidence;
  // Ctrl-C may come before anybody has made the board: then there is nothing to look at.
  const isBegun = !evidence.facts.interrupted || existsSync(evidence.asLeft.path);
  const findings = isBegun ? checks.flatMap((check) => runGuarded(check, evidence)) : [];
  const { acknowledged, lost, resolved } = evidence.reconciliation;
  const killed = evidence.facts.exits.filter(({ how }) => how === 'killed');
  return {
    findings,
    sqliteVersion: [...ledger.workers.values()].find((worker) => worker.sqliteVersion)?.sqliteVersion ?? '',
    operations: ledger.counts,
    failures: Object.fromEntries(ledger.failures),
    acknowledged,
    lost: lost.count,
    resolved,
    killsInFlight: killed.filter(({ worker }) => hasInFlight(evidence, worker)).length,
    claimsLost: ledger.failures.get('claim CLAIM_LOST') ?? 0,
    hazards: [...new Set(notesNamed(evidence, 'hazard').map(({ data }) => (data as { label: string }).label))],
    watched: watchedIn(evidence),
    unserved: unservedIn(evidence),
    stuck: evidence.facts.exits.filter(({ how }) => how === 'stuck').length,
    latencies: Object.fromEntries(
      OPERATION_KINDS.map((kind) => [kind, encodeIntoCompressedBase64(ledger.latencies[kind])]),
    ),
  };
}

function notesNamed({ ledger }: Evidence, wanted: string): WorkerNote[] {
  return ledger.notes.filter(({ name }) => name === wanted);
}

function watchedIn(evidence: Evidence): TrialReport['watched'] {
  if (!evidence.facts.hasLockTable) return null;
  const end = evidence.observations.find((observation) => observation.kind === 'end');
  return { locks: notesNamed(evidence, 'lock-audits-begun').length > 0, sidecars: (end?.samples ?? 0) > 0 };
}

/** Threads of a process have histories of their own: `w1.0` is the process, `w1.0.2` its third thread. */
function hasInFlight({ ledger }: Evidence, worker: string): boolean {
  return [...ledger.workers.values()].some(
    ({ worker: name, inFlight }) => inFlight !== undefined && (name === worker || name.startsWith(`${worker}.`)),
  );
}

function runGuarded(check: Check, evidence: Evidence): Finding[] {
  try {
    return check.run(evidence);
  } catch (error) {
    const code = codeOf(error);
    if (!code.startsWith('SQLITE_')) throw error;
    const message = `the copy cannot be read: ${code}: ${messageOf(error)}`;
    return [{ check: check.name, severity: 'violation', message, evidence: evidence.asLeft.name }];
  }
}
