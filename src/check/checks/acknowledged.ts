import type { Check } from '../check.ts';
import { inWords, type Cases } from '../reconcile.ts';
import type { Finding } from '../finding.ts';
import { TRIAL_FILES } from '../../trial/facts.ts';

/** The oracle: what a worker was told is committed is there, and nothing else is. */
export const acknowledged: Check = {
  name: 'acknowledged',
  summary:
    'every acknowledged operation is in the database, nothing is there that nobody attempted or that was told as failed',
  isEarlySign: false,
  run({ reconciliation }) {
    const { acknowledged, lost, unexplained, falselyFailed, unreadable } = reconciliation;
    const findings: Finding[] = [];
    const report = (cases: Cases, message: string, mechanism?: string): void => {
      if (cases.count > 0) findings.push(violation(`${message}: ${inWords(cases)}`, mechanism));
    };
    if (unreadable !== undefined) findings.push(violation(`the audit trail cannot be read to its end: ${unreadable}`));
    report(lost, `${lost.count} of ${acknowledged} acknowledged operations are not in the database`);
    report(unexplained, `${unexplained.count} events are in the database that nobody attempted like that`);
    report(
      falselyFailed,
      `${falselyFailed.count} operations were told as failed and are committed`,
      'error swallowed or invented after COMMIT: the caller cannot tell a durable commit from a failed one',
    );
    return findings;
  },
};

function violation(message: string, mechanism?: string): Finding {
  const finding: Finding = { check: 'acknowledged', severity: 'violation', message, evidence: TRIAL_FILES.histories };
  return mechanism === undefined ? finding : { ...finding, mechanism };
}
