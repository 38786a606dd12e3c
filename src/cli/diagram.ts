import wrapAnsi from 'wrap-ansi';
import { nameOfActor } from '../explore/move.ts';
import type { StoryLine } from '../explore/story.ts';
import { onStdout } from './colours.ts';

const GAP = '  ';
const NUMBER_WIDTH = 4;

/** An interleaving as a picture: one column per actor, time runs downwards, the number of each step at the left. */
export function diagram(story: readonly StoryLine[], processes: readonly number[], width: number): string {
  const columns = processes.length;
  const columnWidth = Math.floor((width - NUMBER_WIDTH - GAP.length * columns) / columns);
  const row = (number: string, actor: number, text: string): string => {
    const cells = Array.from({ length: columns }, (_, column) => (column === actor ? text : ''));
    const last = cells.findLastIndex((cell) => cell !== '');
    const padded = cells.slice(0, last + 1).map((cell, column) => (column === last ? cell : cell.padEnd(columnWidth)));
    return `${onStdout.dim(number.padStart(NUMBER_WIDTH))}${GAP}${padded.join(GAP)}`;
  };
  const heads = processes.map((process, actor) => headOf(actor, process, processes).padEnd(columnWidth));
  const lines = [`${' '.repeat(NUMBER_WIDTH)}${GAP}${onStdout.bold(heads.join(GAP).trimEnd())}`];
  let step = 1;
  let previous: number | undefined;
  for (const line of story) {
    if (previous !== undefined && previous !== line.actor) lines.push('');
    previous = line.actor;
    const number = line.steps > 1 ? '…' : String(step);
    step += line.steps;
    for (const [index, text] of textOf(line, columnWidth).entries())
      lines.push(row(index === 0 ? number : '', line.actor, text));
  }
  return lines.join('\n');
}

function headOf(actor: number, process: number, processes: readonly number[]): string {
  const shares = processes.filter((other) => other === process).length > 1;
  return `${nameOfActor(actor)} · ${shares ? `thread of process ${process + 1}` : `process ${process + 1}`}`;
}

function textOf(line: StoryLine, width: number): string[] {
  if (line.steps > 1) return [onStdout.dim(`${line.steps} steps that the other does not notice`.slice(0, width))];
  const wrap = (text: string): string[] => wrapAnsi(text, width, { hard: true }).split('\n');
  const what = line.what === '' ? [] : wrap(line.what);
  if (line.came === '') return what;
  const came = line.failed ? `✗ ${line.came}` : line.action === 'step' ? `→ ${line.came}` : `■ ${line.came}`;
  return [...what, ...wrap(came).map((text) => (line.failed ? onStdout.red(text) : onStdout.dim(text)))];
}
