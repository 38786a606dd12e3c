import { fileURLToPath } from 'node:url';
import { OPERATION_KINDS } from '../history/record.ts';
import { isOwnDeath } from '../kernel/process.ts';
import { sourceUrl } from '../kernel/source-url.ts';
import { TRIAL_FILES } from '../trial/facts.ts';
import { runChild, type ChildContext } from '../trial/run-child.ts';
import type { TrialReport } from './trial-report.ts';

const ENTRY = fileURLToPath(sourceUrl('./main', import.meta.url));

/**
 * Checks one trial in a fresh process. A process that dies of what it reads in the database is a finding.
 * @param directory the trial's folder; nobody may have its database open.
 * @throws if the process fails otherwise: then nothing is known of the board.
 */
export async function inspect(directory: string, context: ChildContext): Promise<TrialReport> {
  const { stdout, stderr, signal, exitCode } = await runChild(ENTRY, directory, context);
  if (exitCode === 0) return JSON.parse(stdout) as TrialReport;
  if (signal !== undefined && isOwnDeath(signal)) return reportOfDeath(signal);
  throw new Error(`checking ${directory} ended with ${signal ?? `exit code ${exitCode}`}\n${stderr}`);
}

/** SQLite maps and trusts what it reads: a database can be broken enough to end whoever opens it. */
function reportOfDeath(signal: string): TrialReport {
  const operations = Object.fromEntries(OPERATION_KINDS.map((kind) => [kind, { ok: 0, fail: 0, indeterminate: 0 }]));
  const message = `the process that opened a copy of the database died of ${signal}; nothing else could be checked`;
  return {
    findings: [{ check: 'integrity', severity: 'violation', message, evidence: TRIAL_FILES.database }],
    sqliteVersion: '',
    operations: operations as TrialReport['operations'],
    failures: {},
    acknowledged: 0,
    lost: 0,
    resolved: { committed: 0, absent: 0 },
    killsInFlight: 0,
    claimsLost: 0,
    hazards: [],
    watched: null,
    unserved: 0,
    stuck: 0,
    latencies: {},
  };
}
