import { useEffect, useState } from 'preact/hooks';
import type { PageCell, PageData, PageScenario } from '../../page-data.ts';
import { anchorOf } from '../shared/anchor.ts';
import { Answer } from './answer.tsx';
import { Cell } from './cell.tsx';
import { Matrix } from './matrix.tsx';

/** One scenario: question, answer, matrix, and the cell that is looked at. */
export function Scenario({ scenario, data }: { scenario: PageScenario; data: PageData }) {
  const { name, cells } = scenario;
  const [chosen, choose] = useState(() => mostTelling(cells));
  useEffect(() => {
    const follow = (): void => {
      const id = decodeURIComponent(location.hash.slice(1));
      const cell = cells.find((candidate) => anchorOf(candidate) === id);
      if (cell) choose(cell);
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [cells]);
  return (
    <section class="scenario" aria-label={`Scenario ${name}`}>
      <p class="kicker">{name}</p>
      <h1>{scenario.question}</h1>
      <Answer scenario={scenario} advice={data.advice} />
      <Matrix cells={cells} chosen={chosen} />
      {chosen && <Cell key={anchorOf(chosen)} cell={chosen} data={data} />}
    </section>
  );
}

/** The cell that a reader wants to see first: what went against expectation, then what is unsafe. */
function mostTelling(cells: readonly PageCell[]): PageCell | undefined {
  return (
    cells.find(({ outcome }) => outcome === 'violated') ??
    cells.find(({ verdict, control }) => verdict === 'unsafe' && !control) ??
    cells.find(({ outcome }) => outcome === 'open') ??
    cells.find(({ verdict }) => verdict === 'unsafe') ??
    cells[0]
  );
}
