import { createLogUpdate } from 'log-update';
import { stepMs, type Step, type SweepPlan } from '../../sweep/sweep-plan.ts';
import type { SweepListener } from '../../sweep/sweep.ts';
import { onStderr } from '../colours.ts';

/** What the user sees while a sweep goes on. */
export interface BenchProgress extends SweepListener {
  say(text: string): void;
  /** Leaves the terminal as it should be. May be called twice. */
  end(): void;
}

/** Where nobody sees a line change, it is told how far it has come so often. */
const PLAIN_EVERY_MS = 10_000;

/** A live line on a terminal, now and then a line elsewhere. @param stream diagnostics go to standard error. */
export function benchProgressOn(stream: NodeJS.WriteStream, plan: SweepPlan): BenchProgress {
  const { bench, cells, repetitions, steps, seed, estimateMs } = plan;
  stream.write(`${onStderr.bold(bench.name)}: ${bench.question}\n`);
  const size = `${cells.length} cells × ${repetitions} repetitions = ${steps.length} trials`;
  stream.write(`seed ${seed} · ${size} · about ${timeOf(estimateMs)}; Ctrl-C stops with what there is\n`);
  const isLive = stream.isTTY && stream.columns > 0 && stream.rows > 0 && !process.env['CI'];
  const pace = new Pace(plan);
  return isLive ? live(stream, pace) : plain(stream, pace);
}

/** How far it has come, and how long it will still take at the pace so far. */
class Pace {
  readonly #plan: SweepPlan;
  readonly #startedMs = performance.now();
  #doneMs = 0;
  #done = 0;
  #step: Step | undefined;

  constructor(plan: SweepPlan) {
    this.#plan = plan;
  }

  start(step: Step): void {
    this.#step = step;
  }

  finish({ cell }: Step): void {
    this.#done++;
    this.#doneMs += stepMs(cell, this.#plan.durationMs);
  }

  get line(): string {
    const { steps, estimateMs } = this.#plan;
    const spentMs = performance.now() - this.#startedMs;
    const leftMs = this.#doneMs > 0 ? ((estimateMs - this.#doneMs) * spentMs) / this.#doneMs : estimateMs;
    return `[${this.#done}/${steps.length}] ${this.#step?.cell.id ?? ''} · ${timeOf(Math.max(0, leftMs))} left`;
  }
}

function live(stream: NodeJS.WriteStream, pace: Pace): BenchProgress {
  const update = createLogUpdate(stream, { showCursor: true });
  const draw = (): void => update(onStderr.dim(pace.line.slice(0, stream.columns - 1)));
  return {
    stepStarted(step) {
      pace.start(step);
      draw();
    },
    stepEnded: (step) => pace.finish(step),
    say(text) {
      update.clear();
      stream.write(`${text}\n`);
    },
    end: () => update.clear(),
  };
}

function plain(stream: NodeJS.WriteStream, pace: Pace): BenchProgress {
  let saidMs = performance.now();
  return {
    stepStarted(step) {
      pace.start(step);
      if (performance.now() - saidMs < PLAIN_EVERY_MS) return;
      saidMs = performance.now();
      stream.write(`${pace.line}\n`);
    },
    stepEnded: (step) => pace.finish(step),
    say: (text) => stream.write(`${text}\n`),
    end() {},
  };
}

/** 40 s, 12 min, 2.5 h. */
export function timeOf(ms: number): string {
  if (ms < 90_000) return `${Math.max(1, Math.round(ms / 1000))} s`;
  return ms < 5_400_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
