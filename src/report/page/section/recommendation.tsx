import { percentage } from '../../figures.ts';
import type { BenchData } from '../../section/bench-data.ts';
import type { Section } from '../../section/section.ts';
import { Replay } from '../part/replay.tsx';
import './bench.css';

/** What a bench says is to be taken, by which rule, and what speaks against trusting it. */
export function RecommendationView({ section }: { section: Section }) {
  const data = section.data as unknown as BenchData['recommendation'];
  const { recommendation, claims, thresholds, noise, command, load } = data;
  return (
    <div class="answer">
      {recommendation && (
        <div class="recommended">
          <p>
            {recommendation.value !== undefined && <strong>→ {recommendation.value}</strong>}
            {recommendation.sentence}
          </p>
          <p class="dim">The rule: {recommendation.rule}.</p>
        </div>
      )}
      <ul class="verdicts">
        {claims.map(({ source, text, verdict, because }) => (
          <li key={source + text}>
            <b>{verdict}</b>: {text} ({source}): {because}
          </li>
        ))}
        {thresholds.map(({ cell, threshold, verdict, because }) => (
          <li key={threshold + cell}>
            <b class={verdict === 'missed' ? 'bad' : ''}>
              {verdict === 'missed' ? '✗' : '✓'} {threshold} {verdict}
            </b>{' '}
            by {cell}: {because}
          </li>
        ))}
      </ul>
      {noise.warnings.map((warning) => (
        <p key={warning} class="notice">
          <b>! warning:</b> {warning}
        </p>
      ))}
      <p class="dim">
        The same small writes, measured between the trials, varied by {percentage(noise.writes)}, with a sync by{' '}
        {percentage(noise.syncs)}; load average at the end {load}.
      </p>
      <Replay command={command} />
    </div>
  );
}
