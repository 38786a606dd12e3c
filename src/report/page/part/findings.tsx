import type { PageCell } from '../../page-data.ts';
import { findingsByCheck } from '../shared/findings.ts';

type Finding = PageCell['findings'][number];

interface FindingsProps {
  cell: PageCell;
  advice: Record<string, string>;
  /** A trial that is to be shown. */
  onTrial: (trial: number) => void;
}

/** What the checks have found in a cell, check by check. */
export function Findings({ cell, advice, onTrial }: FindingsProps) {
  const groups = findingsByCheck(cell.findings);
  if (groups.length === 0) return <p class="dim">No check has found anything.</p>;
  return (
    <section class="findings" aria-label="Findings">
      <h3>What was found</h3>
      {groups.map(([check, findings], index) => (
        <Check
          key={check}
          isOpen={index === 0}
          check={check}
          findings={findings}
          advice={advice[check]}
          onTrial={onTrial}
        />
      ))}
      {cell.findingsLeftOut > 0 && <p class="dim">{cell.findingsLeftOut} more findings are in run.json.</p>}
    </section>
  );
}

interface CheckProps {
  /** Only the first, which is nearest to the cause: many long ones hide the timeline. */
  isOpen: boolean;
  check: string;
  findings: Finding[];
  advice: string | undefined;
  onTrial: (trial: number) => void;
}

function Check({ isOpen, check, findings, advice, onTrial }: CheckProps) {
  const mechanism = findings.find((finding) => finding.mechanism !== undefined)?.mechanism;
  const isWarning = findings.every(({ severity }) => severity === 'warning');
  return (
    <details class={`finding ${isWarning ? 'warning' : 'violation'}`} open={isOpen}>
      <summary>
        <strong>{check}</strong> <span class="tag">{isWarning ? '! warning' : '✗ violation'}</span>
        {findings.length > 1 && <span class="dim"> {findings.length} times</span>}
        <span class="first">{findings[0]?.message}</span>
      </summary>
      <ul>
        {findings.map((finding, index) => (
          <li key={index}>
            {finding.message}{' '}
            <button type="button" class="quiet" onClick={() => onTrial(finding.trial)}>
              trial {finding.trial}
            </button>
            {finding.evidence !== undefined && (
              <span class="evidence">
                evidence: <a href={`./${encodeURI(finding.evidence)}`}>{finding.evidence}</a>
              </span>
            )}
          </li>
        ))}
      </ul>
      {mechanism !== undefined && (
        <p>
          <b>Why:</b> {mechanism}
        </p>
      )}
      {advice !== undefined && (
        <p>
          <b>What to do:</b> {advice}
        </p>
      )}
    </details>
  );
}
