import type { PageCell, PageScenario } from '../../page-data.ts';
import { findingsByCheck } from '../shared/findings.ts';
import { anchorOf } from '../shared/anchor.ts';

/** The answer in words: what is safe, how sure that is, what is not and what to do about it. */
export function Answer({ scenario, advice }: { scenario: PageScenario; advice: Record<string, string> }) {
  const { cells, answer } = scenario;
  const strategies = cells.filter(({ control }) => !control);
  const of = (verdict: PageCell['verdict']): PageCell[] => strategies.filter((cell) => cell.verdict === verdict);
  return (
    <div class="answer">
      <ul class="tally" aria-label="Strategies by verdict">
        <Tally verdict="safe" cells={of('safe')} />
        <Tally verdict="unsafe" cells={of('unsafe')} />
        <Tally verdict="inconclusive" cells={of('inconclusive')} />
      </ul>
      {answer.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <ToDo cells={of('unsafe')} advice={advice} />
    </div>
  );
}

const SIGNS = { safe: '✓', unsafe: '✗', inconclusive: '?' };

function Tally({ verdict, cells }: { verdict: PageCell['verdict']; cells: readonly PageCell[] }) {
  if (cells.length === 0) return null;
  return (
    <li class={`tally-${verdict}`}>
      <strong>
        <span aria-hidden="true">{SIGNS[verdict]}</span> {cells.length} {verdict}
      </strong>
      <span class="names">{cells.map(({ id }) => id).join(', ')}</span>
    </li>
  );
}

function ToDo({ cells, advice }: { cells: readonly PageCell[]; advice: Record<string, string> }) {
  const byAdvice = new Map<string, PageCell[]>();
  for (const cell of cells) {
    // The first check that spoke is nearest to the cause: early signs come first.
    const violations = cell.findings.filter(({ severity }) => severity === 'violation');
    const [check] = findingsByCheck(violations)[0] ?? [];
    const text = check === undefined ? undefined : advice[check];
    if (text !== undefined) byAdvice.set(text, [...(byAdvice.get(text) ?? []), cell]);
  }
  if (byAdvice.size === 0) return null;
  return (
    <div class="todo">
      <h2>What to do about the unsafe ones</h2>
      <dl>
        {[...byAdvice].map(([text, affected]) => (
          <div key={text}>
            <dt>
              {affected.map((cell, index) => (
                <span key={cell.id}>
                  {index > 0 && ', '}
                  <a href={`#${anchorOf(cell)}`}>{cell.id}</a>
                </span>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
