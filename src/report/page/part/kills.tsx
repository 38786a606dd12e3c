import { useState } from 'preact/hooks';
import type { InFlight, Strike, Timeline } from '../../../timeline/timeline.ts';
import { inMs } from '../shared/units.ts';

/** So many strikes are listed before somebody asks for more. */
const SHOWN_FIRST = 12;

const FATES: Record<InFlight['fate'], string> = {
  committed: 'it was committed',
  absent: 'it was not committed',
  nothing: 'commits nothing',
  unknown: 'what became of it is unknown',
};

/** What was struck, with which locks, and in the middle of what. */
export function Kills({ timeline, onShow }: { timeline: Timeline; onShow: (strike: Strike) => void }) {
  const [isAll, showAll] = useState(false);
  const { strikes } = timeline;
  if (strikes.length === 0) return null;
  const shown = isAll ? strikes : strikes.slice(0, SHOWN_FIRST);
  return (
    <section class="kills" aria-label="Kills and pauses">
      <h3>In the middle of what the workers were struck</h3>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">ms</th>
              <th scope="col">fault</th>
              <th scope="col">worker</th>
              <th scope="col">held</th>
              <th scope="col">in flight</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((strike) => (
              <tr key={`${strike.worker} ${strike.atUs}`}>
                <th scope="row">
                  <button type="button" class="quiet" onClick={() => onShow(strike)} title="Show in the timeline">
                    {inMs(strike.atUs)}
                  </button>
                </th>
                <td>{strike.fault === 'kill' ? '✕ kill' : `‖ ${strike.fault} ${inMs(strike.durationUs)} ms`}</td>
                <td>{strike.worker}</td>
                <td>{heldBy(strike)}</td>
                <td>{inFlightOf(strike)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {strikes.length > shown.length && (
        <button type="button" onClick={() => showAll(true)}>
          Show all {strikes.length}
        </button>
      )}
    </section>
  );
}

const LOCK_NAMES: Record<string, string> = {
  shared: 'SHARED',
  reserved: 'RESERVED',
  exclusive: 'EXCLUSIVE',
  walWrite: 'WAL write lock',
  walCheckpoint: 'WAL checkpoint lock',
};

function heldBy({ inTransaction, locks }: Strike): string {
  if (inTransaction === null) return 'unknown';
  const names = locks.flatMap((lock) => LOCK_NAMES[lock] ?? []);
  return `${inTransaction ? 'in a transaction' : 'no write lock'}${names.length > 0 ? `: ${names.join(', ')}` : ''}`;
}

function inFlightOf({ fault, inFlight, atUs }: Strike): string {
  if (fault !== 'kill') return '–';
  if (inFlight.length === 0) return 'nothing';
  return inFlight
    .map(({ kind, request, sinceUs, fate }) => {
      const name = request === '-' ? '' : ` ${request}`;
      return `${kind}${name}, for ${inMs(Math.max(0, atUs - sinceUs))} ms; ${FATES[fate]}`;
    })
    .join(' · ');
}
