import { createLogUpdate } from 'log-update';
import type { FaultRecord } from '../fault/fault.ts';
import type { RunListener } from '../run/run.ts';
import type { Cell, Plan } from '../scenario/plan.ts';
import type { Scenario } from '../scenario/schema.ts';
import type { CellResult } from '../verdict/cell-result.ts';
import { onStderr } from './colours.ts';
import { markOf } from './marks.ts';

/** What the user sees while a run goes on. */
export interface Progress extends RunListener {
  /** A remark between two updates. */
  say(text: string): void;
  /** Leaves the terminal as it should be. May be called twice. */
  end(): void;
}

const REFRESH_MS = 120;

/** A live line on a terminal; plain lines in a pipe, under CI, and where a terminal does not know its size. @param stream diagnostics go to standard error. */
export function progressOn(stream: NodeJS.WriteStream, plan: Plan, scenarios: readonly Scenario[]): Progress {
  const isLive = stream.isTTY && stream.columns > 0 && stream.rows > 0 && !process.env['CI'];
  for (const { name, question } of scenarios) stream.write(`${onStderr.bold(name)}: ${question}\n`);
  stream.write(`seed ${plan.seed} · plan ${plan.digest} · ${plan.cells.length} cells\n`);
  const state = new ProgressState(plan);
  return isLive ? live(stream, state) : plain(stream, state);
}

class ProgressState {
  readonly #plan: Plan;
  readonly #startedMs = performance.now();
  readonly #totalMs: number;
  #doneMs = 0;
  #cell: Cell | undefined;
  #trial = 0;
  #cells = 0;
  kills = 0;
  inTransaction = 0;
  violations = 0;

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
  }

  strike({ fault, inTransaction }: FaultRecord): void {
    if (fault !== 'kill') return;
    this.kills++;
    if (inTransaction) this.inTransaction++;
  }

  finish({ cell }: CellResult): void {
    this.#doneMs += costMs(cell);
  }

  get position(): string {
    return `[${this.#cells}/${this.#plan.cells.length}]`;
  }

  get line(): string {
    const cell = this.#cell;
    if (!cell) return 'starting';
    const trial = cell.trials.length > 1 ? ` trial ${this.#trial}/${cell.trials.length}` : '';
    const kills = `${this.kills} kills, ${this.inTransaction} in a transaction`;
    return `${this.position} ${cell.id}${trial} · ${kills} · ${this.#left}`;
  }

  /** Time left, at the pace so far; the plan's own figure before there is a pace. */
  get #left(): string {
    const pace = this.#doneMs > 0 ? (performance.now() - this.#startedMs) / this.#doneMs : 1;
    return `${Math.max(1, Math.round(((this.#totalMs - this.#doneMs) * pace) / 1000))} s left`;
  }
}

/** What a cell costs besides its duration: starting, stopping and checking, in milliseconds. */
const TRIAL_OVERHEAD_MS = 400;

function costMs(cell: Cell): number {
  return cell.trials.length * (cell.durationMs + TRIAL_OVERHEAD_MS);
}

function live(stream: NodeJS.WriteStream, state: ProgressState): Progress {
  const update = createLogUpdate(stream, { showCursor: true });
  const draw = (): void => update(onStderr.dim(state.line.slice(0, stream.columns - 1)));
  const timer = setInterval(draw, REFRESH_MS);
  const above = (text: string): void => {
    update.clear();
    stream.write(`${text}\n`);
    draw();
  };
  return {
    cellStarted: (cell) => state.start(cell),
    trialStarted: (_cell, { trial }) => state.startTrial(trial),
    faultStruck: (record) => state.strike(record),
    trialJudged() {},
    cellJudged(result) {
      state.finish(result);
      above(cellLine(result));
    },
    say: above,
    end() {
      clearInterval(timer);
      update.clear();
    },
  };
}

function plain(stream: NodeJS.WriteStream, state: ProgressState): Progress {
  return {
    cellStarted: (cell) => state.start(cell),
    trialStarted() {},
    faultStruck: (record) => state.strike(record),
    trialJudged() {},
    cellJudged(result) {
      state.finish(result);
      stream.write(`${state.position} ${cellLine(result)}\n`);
    },
    say: (text) => stream.write(`${text}\n`),
    end() {},
  };
}

function cellLine(result: CellResult): string {
  const { cell, outcome, verdict, kills, acknowledged, lost } = result;
  const facts = `${kills.total} kills, ${acknowledged} acknowledged, ${lost} lost`;
  return `${markOf({ expected: cell.expected, outcome }, onStderr)} ${cell.id}: ${verdict} (${facts})`;
}
