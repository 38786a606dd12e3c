import { OPERATION_KINDS } from '../../../history/record.ts';
import type { Timeline } from '../../../timeline/timeline.ts';

/** What the signs of a timeline mean. Shapes tell what went wrong; colours only tell kinds of operations apart. */
export function Legend({ timeline }: { timeline: Timeline }) {
  const { strikes, signs, lockSamples } = timeline;
  return (
    <ul class="legend" aria-label="What the signs mean">
      {OPERATION_KINDS.map((kind) => (
        <li key={kind}>
          <i class="swatch" style={{ background: `var(--op-${kind})` }} /> {kind}
        </li>
      ))}
      <li>
        <i class="swatch thin" /> refused by the board’s rules
      </li>
      <li>
        <i class="swatch tall bad" /> failed
      </li>
      <li>
        <i class="swatch tall warn" /> in flight or unknown
      </li>
      {strikes.some(({ fault }) => fault === 'kill') && (
        <li>
          <b class="glyph bad">✕</b> kill
        </li>
      )}
      {strikes.some(({ fault }) => fault === 'pause') && (
        <li>
          <i class="swatch hatched" /> pause
        </li>
      )}
      {signs.some(({ check }) => check !== 'hazard') && (
        <li>
          <b class="glyph bad">◆</b> sign of damage
        </li>
      )}
      {signs.some(({ check }) => check === 'hazard') && (
        <li>
          <b class="glyph">◇</b> first hazard
        </li>
      )}
      {lockSamples.length > 0 && (
        <li>
          <i class="swatch tick" /> seen holding the write lock (sampled)
        </li>
      )}
    </ul>
  );
}
