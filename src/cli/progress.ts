import { createLogUpdate } from 'log-update';
import wrapAnsi from 'wrap-ansi';
import type { FaultRecord } from '../fault/fault.ts';
import { wholeNumber } from '../report/numbers.ts';
import { oneLine } from '../report/cut.ts';
import type { RunListener } from '../run/run.ts';
import type { Cell, Plan } from '../scenario/plan.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { CellResult, JudgedTrial } from '../verdict/cell-result.ts';
import { onStderr } from './colours.ts';
import { markOf } from './marks.ts';

/** How much is told while a run goes on. */
export type ProgressLevel = 'quiet' | 'normal' | 'verbose';

/** What the user sees while a run goes on. */
export interface Progress extends RunListener {
  /** A remark between two updates. */
  say(text: string): void;
  /** Leaves the terminal as it should be. May be called twice. */
  end(): void;
}

const REFRESH_MS = 120;

/**
 * A live view on a terminal; plain lines in a pipe, under CI, and where a terminal does not know its size.
 * @param stream diagnostics go to standard error.
 */
export function progressOn(
  stream: NodeJS.WriteStream,
  plan: Plan,
  scenarios: readonly Scenario[],
  level: ProgressLevel = 'normal',
): Progress {
  const isLive = stream.isTTY && stream.columns > 0 && stream.rows > 0 && !process.env['CI'];
  const state = new ProgressState(plan);
  // The seed is said in any case: whoever ends the run before its end needs it.
  if (level === 'quiet') stream.write(`seed ${plan.seed}\n`);
  else {
    for (const { name, question } of scenarios) {
      const text = `${onStderr.bold(name)}: ${question}`;
      stream.write(`${isLive ? wrapAnsi(text, stream.columns) : text}\n`);
    }
    stream.write(`seed ${plan.seed} · plan ${plan.digest} · ${plan.cells.length} cells\n`);
  }
  if (level === 'quiet') return telling(state, { line: () => {}, say: (text) => stream.write(`${text}\n`), end() {} });
  return telling(state, isLive ? live(stream, state) : plain(stream), level === 'verbose');
}

class ProgressState {
  readonly #plan: Plan;
  readonly #startedMs = performance.now();
  readonly #totalMs: number;
  #doneMs = 0;
  #cell: Cell | undefined;
  #trial = 0;
  #trialStartedMs = 0;
  #cells = 0;
  kills = 0;
  inTransaction = 0;
  acknowledged = 0;
  findings = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#totalMs = plan.cells.reduce((total, cell) => total + costMs(cell), 0);
  }

  start(cell: Cell): void {
    this.#cell = cell;
    this.#cells++;
  }

  startTrial(trial: number): void {
    this.#trial = trial;
    this.#trialStartedMs = performance.now();
  }

  strike({ fault, inTransaction }: FaultRecord): void {
    if (fault !== 'kill') return;
    this.kills++;
    if (inTransaction) this.inTransaction++;
  }

  finishTrial({ report }: JudgedTrial): void {
    this.acknowledged += report.acknowledged;
    this.findings += report.findings.length;
  }

  finish({ cell }: CellResult): void {
    this.#doneMs += costMs(cell);
  }

  get position(): string {
    return `[${this.#cells}/${this.#plan.cells.length}]`;
  }

  /** What goes on, in lines that fit a width. */
  lines(width: number): string[] {
    const cell = this.#cell;
    if (!cell) return ['starting'];
    const trial = cell.trials.length > 1 ? ` · trial ${this.#trial} of ${cell.trials.length}` : '';
    const kills = `${wholeNumber(this.kills)} kills, ${wholeNumber(this.inTransaction)} in a transaction`;
    const soFar = `${wholeNumber(this.acknowledged)} acknowledged · ${this.findings} findings`;
    const lines = [`${this.position} ${cell.id}${trial} · ${this.#left}`, this.#bar(width), `${kills} · ${soFar}`];
    return lines.map((line) => (line.length < width ? line : `${line.slice(0, width - 2)}…`));
  }

  #bar(width: number): string {
    const cells = Math.min(40, width - 2);
    const inTrialMs = Math.min(performance.now() - this.#trialStartedMs, this.#cell?.durationMs ?? 0);
    const filled = Math.min(cells, Math.round((cells * (this.#doneMs + inTrialMs)) / Math.max(1, this.#totalMs)));
    return `${'━'.repeat(filled)}${'╌'.repeat(cells - filled)}`;
  }

  /** Time left, at the pace so far; the plan's own figure before there is a pace. */
  get #left(): string {
    const pace = this.#doneMs > 0 ? (performance.now() - this.#startedMs) / this.#doneMs : 1;
    const seconds = Math.max(1, Math.round(((this.#totalMs - this.#doneMs) * pace) / 1000));
    return seconds < 120 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
  }
}

/** What a cell costs besides its duration: starting, stopping and checking, in milliseconds. */
const TRIAL_OVERHEAD_MS = 400;

function costMs(cell: Cell): number {
  return cell.trials.length * (cell.durationMs + TRIAL_OVERHEAD_MS);
}

/** Where progress is told. */
interface Screen {
  /** A line that stays. */
  line(text: string): void;
  say(text: string): void;
  end(): void;
}

/** A run's events as lines. Findings are told as they come, unless the cell is there to have some. */
function telling(state: ProgressState, screen: Screen, isVerbose = false): Progress {
  const told = new Set<string>();
  return {
    cellStarted: (cell) => state.start(cell),
    trialStarted: (_cell, { trial }) => state.startTrial(trial),
    faultStruck: (record) => state.strike(record),
    trialJudged(cell, judged) {
      state.finishTrial(judged);
      if (isVerbose) screen.line(`${state.position} ${trialLine(cell, judged)}`);
      if (cell.isControl) return;
      for (const { check, severity, message } of judged.report.findings) {
        const key = `${cell.scenario} ${cell.id} ${check}`;
        if (told.has(key)) continue;
        told.add(key);
        const mark = severity === 'violation' ? onStderr.red('✗') : onStderr.yellow('!');
        screen.line(`${state.position} ${mark} ${cell.id}: ${check}: ${oneLine(message)}`);
      }
    },
    cellJudged(result) {
      state.finish(result);
      screen.line(`${state.position} ${cellLine(result)}`);
    },
    say: (text) => screen.say(text),
    end: () => screen.end(),
  };
}

function live(stream: NodeJS.WriteStream, state: ProgressState): Screen {
  const update = createLogUpdate(stream, { showCursor: true });
  const draw = (): void => update(onStderr.dim(state.lines(stream.columns).join('\n')));
  const timer = setInterval(draw, REFRESH_MS);
  const above = (text: string): void => {
    update.clear();
    stream.write(`${wrapAnsi(text, stream.columns)}\n`);
    draw();
  };
  return {
    line: above,
    say: above,
    end() {
      clearInterval(timer);
      update.clear();
    },
  };
}

function plain(stream: NodeJS.WriteStream): Screen {
  const line = (text: string): void => void stream.write(`${text}\n`);
  return { line, say: line, end() {} };
}

function trialLine({ id }: Cell, { facts, report }: JudgedTrial): string {
  const { trial, seed } = facts.trial;
  const kills = facts.faults.filter(({ fault }) => fault === 'kill').length;
  return `${id} trial ${trial}: ${kills} kills, ${report.acknowledged} acknowledged, ${report.lost} lost, seed ${seed}`;
}

function cellLine(result: CellResult): string {
  const { cell, outcome, verdict, kills, acknowledged, lost } = result;
  const facts = `${kills.total} kills, ${acknowledged} acknowledged, ${lost} lost`;
  return `${markOf({ expected: cell.expected, outcome }, onStderr)} ${cell.id}: ${verdict} (${facts})`;
}
