import { useState } from 'preact/hooks';
import type { PageCell, PageData } from '../../page-data.ts';
import { Findings } from './findings.tsx';
import { Kills } from './kills.tsx';
import { Replay } from './replay.tsx';
import { anchorOf } from '../shared/anchor.ts';
import { Trials } from './trials.tsx';
import { Verdict } from './verdict.tsx';
import { TimelineView } from '../timeline/view.tsx';

/** All of one cell: what it is, what was found, its trials, and what happened in one of them. */
export function Cell({ cell, data }: { cell: PageCell; data: PageData }) {
  const [trial, choose] = useState(() => firstToShow(cell, data));
  const [focus, setFocus] = useState<{ atUs: number; lane: number | null } | undefined>();
  const path = cell.perTrial.find((figures) => figures.trial === trial)?.timeline;
  const timeline = path === undefined ? undefined : data.timelines[path];
  return (
    <article id={anchorOf(cell)} class="cell" tabIndex={-1}>
      <h2>
        {cell.id} <Verdict cell={cell} />
      </h2>
      <p class="what">
        {cell.strategy.summary} <span class="dim">({cell.strategy.source})</span>
        {cell.hazards.length > 0 && <> With {cell.hazards.join(', ')}.</>} {cell.processes} processes
        {cell.threads > 1 && <> of {cell.threads} threads</>}
        {cell.faults.length > 0 && <>; {cell.faults.join('; ')}</>}.
      </p>
      {cell.control && (
        <p class="dim">
          This cell is known to be bad. It is here to show that the run can see damage when there is some.
        </p>
      )}
      {cell.inconclusiveBecause.length > 0 && cell.verdict === 'inconclusive' && (
        <p class="notice">Nothing was proven: {cell.inconclusiveBecause.join('; ')}.</p>
      )}
      <Replay command={cell.replay} />
      <Findings cell={cell} advice={data.advice} onTrial={choose} />
      <Trials cell={cell} data={data} chosen={trial} onChoose={choose} />
      {timeline ? (
        <>
          <TimelineView key={path} timeline={timeline} focus={focus} />
          <Kills
            timeline={timeline}
            onShow={(strike) => setFocus({ atUs: strike.atUs, lane: strike.lanes[0] ?? null })}
          />
        </>
      ) : (
        <p class="dim">No timeline of this trial is in the page.</p>
      )}
      <Axes cell={cell} />
    </article>
  );
}

function firstToShow(cell: PageCell, { timelines }: PageData): number | undefined {
  const shown = cell.perTrial.filter(({ timeline }) => timeline !== undefined && timeline in timelines);
  return (shown.find(({ failed }) => failed) ?? shown[0] ?? cell.perTrial[0])?.trial;
}

function Axes({ cell }: { cell: PageCell }) {
  return (
    <details class="axes">
      <summary>How {cell.strategy.name} opens, migrates and writes</summary>
      <dl>
        {Object.entries(cell.strategy.axes).map(([axis, value]) => (
          <div key={axis}>
            <dt>{axis}</dt>
            <dd>
              <code>{value}</code>
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
