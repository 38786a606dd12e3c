import type { PageCell } from '../../page-data.ts';

const MARKS = { held: '✓', violated: '✗', open: '?' };
const MEANINGS = {
  held: 'as expected',
  violated: 'not as expected',
  open: 'nothing was proven',
};

/** The verdict of a cell with the sign of how it stands to what was expected; colour only comes on top. */
export function Verdict({ cell }: { cell: Pick<PageCell, 'verdict' | 'outcome' | 'expected'> }) {
  const { verdict, outcome, expected } = cell;
  const isAny = expected === 'any';
  const meaning = isAny ? 'nothing was expected' : MEANINGS[outcome];
  return (
    <span class={`verdict verdict-${verdict} outcome-${isAny ? 'any' : outcome}`}>
      <span class="mark" title={meaning} aria-hidden="true">
        {isAny ? '·' : MARKS[outcome]}
      </span>
      {verdict}
      <span class="hidden">, {meaning}</span>
    </span>
  );
}
