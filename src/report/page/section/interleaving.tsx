import { useEffect } from 'preact/hooks';
import type { Interleaving, InterleavingCell, InterleavingExample } from '../../section/interleaving-data.ts';
import { exampleFacts, outcomeInReports } from '../../section/interleaving-text.ts';
import type { Section } from '../../section/section.ts';
import { Replay } from '../part/replay.tsx';
import { Diagram } from './diagram.tsx';

const WORDS = { safe: 'safe', unsafe: 'fails', inconclusive: 'not explored to the end' };

/** A failing cell with what was found. */
type Failing = InterleavingCell & { counterexample: InterleavingExample };

/** An exploration: the answer, which strategy is safe in which situation, and every counterexample step by step. */
export function InterleavingView({ section }: { section: Section }) {
  const data = section.data as Interleaving;
  const { answer, cells, situations } = data;
  const failing = cells.filter((cell): cell is Failing => cell.counterexample !== null);
  const anchorOf = ({ strategy, situation }: InterleavingCell): string =>
    `${section.scenario}/${strategy}/${situation}`;
  useEffect(() => {
    const follow = (): void => {
      const details = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      if (!(details instanceof HTMLDetailsElement)) return;
      details.open = true;
      details.scrollIntoView();
      details.querySelector('summary')?.focus();
    };
    follow();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const first = failing.find((cell) => outcomeInReports(cell) === 'violated') ?? failing[0];
  return (
    <div class="interleaving">
      <div class="answer">
        {answer.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <Verdicts cells={cells} situations={situations} anchorOf={anchorOf} />
      <Coverage cells={cells} />
      {failing.length > 0 && <h3>Counterexamples: the shortest failing interleaving that was found</h3>}
      {failing.map((cell) => (
        <Example
          key={anchorOf(cell)}
          id={anchorOf(cell)}
          cell={cell}
          summary={situations.find(({ name }) => name === cell.situation)?.summary ?? ''}
          isOpen={cell === first}
        />
      ))}
    </div>
  );
}

interface VerdictsProps {
  cells: readonly InterleavingCell[];
  situations: Interleaving['situations'];
  anchorOf: (cell: InterleavingCell) => string;
}

function Verdicts({ cells, situations, anchorOf }: VerdictsProps) {
  const strategies = [...new Set(cells.map(({ strategy }) => strategy))];
  return (
    // It scrolls where many strategies are too wide: whoever has no mouse must be able to reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region
    <div class="matrix" tabIndex={0}>
      <table>
        <caption>
          Each line is a situation, each column a strategy. <b>safe</b>: every interleaving within the bound was
          executed, or one that differs from it only in the order of steps that do not touch each other. <b>fails</b>:
          an interleaving fails; it is below. <b>✗</b> marks what is not as expected.
        </caption>
        <thead>
          <tr>
            <th scope="col">situation</th>
            {strategies.map((strategy) => (
              <th key={strategy} scope="col">
                {strategy}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {situations.map(({ name, summary }) => (
            <tr key={name}>
              <th scope="row">
                {name} <small>{summary}</small>
              </th>
              {strategies.map((strategy) => {
                const cell = cells.find((one) => one.strategy === strategy && one.situation === name);
                return (
                  <td key={strategy} data-title={strategy}>
                    {cell ? <Word cell={cell} anchor={anchorOf(cell)} /> : <span class="dim">–</span>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What came out; expected failures and unexpected ones differ in more than colour. */
function Word({ cell, anchor }: { cell: InterleavingCell; anchor: string }) {
  const { verdict, counterexample, coverage } = cell;
  const word = WORDS[verdict];
  const isUnexpected = outcomeInReports(cell) === 'violated';
  return (
    <span class={`word word-${isUnexpected ? 'unexpected' : verdict}`}>
      {isUnexpected && <span aria-hidden="true">✗ </span>}
      {counterexample ? <a href={`#${encodeURIComponent(anchor)}`}>{word}</a> : word}
      {isUnexpected && <small class="unexpected">not as expected</small>}
      {verdict === 'inconclusive' && <small class="far">{coverage}</small>}
    </span>
  );
}

function Coverage({ cells }: { cells: readonly InterleavingCell[] }) {
  return (
    <details class="coverage">
      <summary>What was covered, cell by cell</summary>
      <ul>
        {cells.map(({ strategy, situation, verdict, coverage }) => (
          <li key={`${strategy} ${situation}`}>
            <b>{strategy}</b>, {situation}: {WORDS[verdict]}; {coverage}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface ExampleProps {
  id: string;
  cell: Failing;
  /** What the situation is. */
  summary: string;
  isOpen: boolean;
}

function Example({ id, cell, summary, isOpen }: ExampleProps) {
  const { strategy, situation, counterexample } = cell;
  const { failure, story, processes, replay } = counterexample;
  const isUnexpected = outcomeInReports(cell) === 'violated';
  return (
    <details id={id} class={isUnexpected ? 'finding example' : 'finding example warning'} open={isOpen}>
      <summary>
        <b>{strategy}</b>, {situation}: {summary}
        {isUnexpected && <small class="unexpected">✗ not as expected</small>}
        <span class="failure">{failure}</span>
      </summary>
      <ul class="facts">
        {exampleFacts(counterexample).map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <Diagram story={story} processes={processes} />
      <Replay command={replay} label="Replay it" />
    </details>
  );
}
