import { createLogUpdate } from 'log-update';
import type { ExplorationListener } from '../explore/explore.ts';
import type { FromExplorer } from '../explore/protocol.ts';
import { outcomeOf } from '../explore/result.ts';
import type { Exploration } from '../scenario/exploration.ts';
import { onStderr } from './colours.ts';
import { percent, wholeNumber } from '../report/numbers.ts';

/** What the user sees while an exploration goes on. */
export interface ExplorationProgress {
  listener: ExplorationListener;
  /** Leaves the terminal as it should be. May be called twice. */
  end(): void;
}

/** A live line on a terminal, a line per cell elsewhere. */
export function explorationProgress(
  stream: NodeJS.WriteStream,
  exploration: Exploration,
  seed: string,
): ExplorationProgress {
  const isLive = stream.isTTY && stream.columns > 0 && !process.env['CI'];
  stream.write(`${onStderr.bold(exploration.name)}: ${exploration.question}\nseed ${seed}\n`);
  const live = isLive ? createLogUpdate(stream) : undefined;
  let [where, found] = ['', 0];
  const listener = (message: FromExplorer): void => {
    switch (message.type) {
      case 'started':
        where = `${message.cell}/${message.cells} ${message.strategy}, ${message.situation}`;
        live?.(`exploring ${where}`);
        break;
      case 'progress': {
        const perSecond = (message.executions * 1000) / Math.max(1, message.elapsedMs);
        const rate = `${wholeNumber(message.executions)} schedules, ${wholeNumber(Math.round(perSecond))}/s`;
        const share = message.share === undefined ? '' : `, about ${percent(message.share)} of the bounded space`;
        live?.(`exploring ${where}: ${rate}${share}, ${found} failing`);
        break;
      }
      case 'explored': {
        const { result } = message;
        if (result.counterexample) found++;
        const mark = { held: '✓', violated: '✗', open: '?' }[outcomeOf(result)];
        const what = result.counterexample ? result.counterexample.failure : result.coverage;
        live?.clear();
        stream.write(`${mark} ${result.strategy}, ${result.situation}: ${what}\n`);
        break;
      }
      default:
        break;
    }
  };
  return { listener, end: () => live?.clear() };
}
