import { codeOf, messageOf } from '../strategy/errors.ts';
import { DATA, LOCKS } from './footprint.ts';
import type { Action } from './move.ts';
import type { Made } from './world.ts';

/** One line of a counterexample: data for the terminal, the report and files. */
export interface StoryLine {
  actor: number;
  action: Action;
  /** The statement, lock or file action; empty for faults. */
  what: string;
  /** What came of it, in a few words. */
  came: string;
  failed: boolean;
  /** Steps that it stands for; more than 1 where nothing happened that another actor could notice. */
  steps: number;
}

/**
 * Tells an execution move by move: what each read, wrote or was refused. Stretches in which an actor does nothing that
 * concerns another are one line.
 */
export function storyOf(made: readonly Made[], processes: readonly number[]): StoryLine[] {
  const missing = missingColumn(made);
  const lines: StoryLine[] = [];
  for (const one of made) {
    const last = lines.at(-1);
    if (isDull(one, made, processes)) {
      if (last?.steps && last.what === '' && last.actor === one.actor && last.action === 'step') last.steps++;
      else lines.push({ actor: one.actor, action: 'step', what: '', came: '', failed: false, steps: 1 });
    } else {
      const { actor, action, step, result } = one;
      const failed = result.type === 'failed';
      lines.push({ actor, action, what: step?.label ?? '', came: cameOf(one, missing), failed, steps: 1 });
    }
  }
  // What happens after the last thing of interest is of none.
  if (lines.at(-1)?.what === '' && lines.at(-1)?.action === 'step') lines.pop();
  const isAlone = ({ steps, what, action }: StoryLine): boolean => steps === 1 && what === '' && action === 'step';
  return lines.map((line, index) => (isAlone(line) ? shown(line, made, index, lines) : line));
}

/** One dull step alone is told as it is. */
function shown(line: StoryLine, made: readonly Made[], index: number, lines: readonly StoryLine[]): StoryLine {
  const before = lines.slice(0, index).reduce((sum, { steps }) => sum + steps, 0);
  const one = made[before];
  return one?.step ? { ...line, what: one.step.label, came: cameOf(one, undefined) } : line;
}

const READS_CONTENT = /^(SELECT|PRAGMA table_info)/;

function isDull(
  { action, step, result, footprint, actor }: Made,
  made: readonly Made[],
  processes: readonly number[],
): boolean {
  if (action !== 'step' || result.type === 'failed' || !step) return false;
  if (step.kind === 'lock' || step.kind === 'sleep' || step.kind === 'file') return false;
  if (step.kind === 'memory') {
    // Only the threads of its process can notice.
    return !made.some((other) => other.actor !== actor && processes[other.actor] === processes[actor]);
  }
  if (step.label.startsWith('PRAGMA journal_mode')) return footprint.writes === 0;
  if (READS_CONTENT.test(step.label)) return false;
  const isWrite = /^(INSERT|UPDATE|DELETE|ALTER|BEGIN|COMMIT|ROLLBACK)/.test(step.label);
  return !isWrite && (footprint.writes & (DATA | LOCKS)) === 0;
}

function cameOf({ action, step, result }: Made, missing: string | undefined): string {
  switch (action) {
    case 'crash':
      return 'SIGKILL: its connection and its locks are gone';
    case 'stop':
      return 'SIGSTOP: it stands still, and keeps what it holds';
    case 'resume':
      return 'SIGCONT: it goes on';
    case 'timeout':
      return result.type === 'failed' ? `waited in vain: ${messageOf(result.error)}` : 'waited in vain';
    case 'step':
      break;
  }
  if (result.type === 'failed') return `${codeOf(result.error)}: ${messageOf(result.error)}`;
  return result.type === 'done' ? valueOf(step?.label ?? '', result.value, missing) : '';
}

const VALUE_LENGTH_MAX = 60;

function valueOf(label: string, value: unknown, missing: string | undefined): string {
  if (Array.isArray(value)) {
    if (!label.startsWith('PRAGMA table_info')) return value.length === 1 ? brief(value[0]) : `${value.length} rows`;
    const names = (value as { name: string }[]).map(({ name }) => name);
    const without = missing !== undefined && names.length > 0 && !names.includes(missing) ? `, no ${missing}` : '';
    return `${names.length} columns${without}`;
  }
  if (value === undefined) return label.startsWith('SELECT') ? 'no row' : '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null || !/^(SELECT|PRAGMA|INSERT|UPDATE|DELETE)/.test(label)) return '';
  if (!('changes' in value)) return brief(value);
  if (!/^(INSERT|UPDATE|DELETE)/.test(label)) return '';
  return value.changes === 1 ? '1 row changed' : `${String(value.changes)} rows changed`;
}

function brief(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX - 1)}…` : text;
}

/** The column of the error that this project began with; what was read before shows that it was not there. */
function missingColumn(made: readonly Made[]): string | undefined {
  for (const { result } of made) {
    if (result.type !== 'failed') continue;
    const [, column] = /duplicate column name: (\w+)/.exec(messageOf(result.error)) ?? [];
    if (column !== undefined) return column;
  }
  return undefined;
}
