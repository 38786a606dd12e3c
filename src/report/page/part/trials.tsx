import type { PageCell, PageData } from '../../page-data.ts';
import { milliseconds, wholeNumber } from '../../numbers.ts';

interface TrialsProps {
  cell: PageCell;
  data: PageData;
  chosen: number | undefined;
  onChoose: (trial: number) => void;
}

/** The trials of a cell; one of them is looked at. */
export function Trials({ cell, data, chosen, onChoose }: TrialsProps) {
  const { perTrial } = cell;
  if (perTrial.length === 0) return null;
  return (
    <section class="trials" aria-label="Trials">
      <h3>Trials</h3>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">trial</th>
              <th scope="col">result</th>
              <th scope="col" class="number">
                seconds
              </th>
              <th scope="col" class="number">
                kills
              </th>
              <th scope="col" class="number">
                acknowledged
              </th>
              <th scope="col" class="number">
                lost
              </th>
              <th scope="col" class="number">
                operations/s
              </th>
              <th scope="col" class="number">
                p99 ms
              </th>
            </tr>
          </thead>
          <tbody>
            {perTrial.map((trial) => {
              const has = trial.timeline !== undefined && trial.timeline in data.timelines;
              return (
                <tr key={trial.trial} class={trial.trial === chosen ? 'chosen' : ''}>
                  <th scope="row">
                    <button
                      type="button"
                      class="quiet"
                      aria-pressed={trial.trial === chosen}
                      disabled={!has}
                      title={has ? 'Show its timeline' : 'Its timeline is not in this page'}
                      onClick={() => onChoose(trial.trial)}
                    >
                      {trial.trial}
                    </button>
                  </th>
                  <td class={trial.failed ? 'bad' : ''}>{trial.failed ? '✗ failed' : '✓ passed'}</td>
                  <td class="number">{milliseconds(trial.durationMs / 1000)}</td>
                  <td class="number">{trial.kills}</td>
                  <td class="number">{wholeNumber(trial.acknowledged)}</td>
                  <td class={`number ${trial.lost > 0 ? 'bad' : ''}`}>{wholeNumber(trial.lost)}</td>
                  <td class="number">{wholeNumber(trial.throughputPerSecond)}</td>
                  <td class="number">{trial.p99Ms === null ? '–' : milliseconds(trial.p99Ms)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {cell.trialsLeftOut > 0 && <p class="dim">{wholeNumber(cell.trialsLeftOut)} more trials are in run.json.</p>}
    </section>
  );
}
