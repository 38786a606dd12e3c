import { rmSync } from 'node:fs';
import type { ScenarioInput } from '../scenario/schema.ts';
import type { TrialFacts } from '../trial/facts.ts';
import { runTrial } from '../trial/run-trial.ts';
import { cellOf } from './assignment.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { quantile } from '../sweep/statistics/quantile.ts';
import { ratios } from './ratios.ts';
import type { Stage } from './stage.ts';

const ROUNDS = 3;
const TRIAL_MS = 8000;
/** More than are to be sustained: strikes come at random, and some find a worker that is not through with opening. */
const PLANNED_PER_SECOND = { writing: 14, idle: 24 };
/** Few enough that one replacement is through before the next kill: the time that comes out is that of one cycle. */
const LEISURELY_PER_SECOND = 4;
/** An operation per worker every ten seconds: the processes are there and do nothing. */
const IDLE_PER_SECOND = 0.1;

/** One way to load the machine while workers are killed. */
interface Situation {
  name: string;
  processes: number;
  isIdle: boolean;
  killsPerSecond: number;
  target?: string;
}

const situation = (processes: number, load: 'writing' | 'idle', target: string): Situation => ({
  name: `${processes} workers, ${load}`,
  processes,
  isIdle: load === 'idle',
  killsPerSecond: PLANNED_PER_SECOND[load],
  target,
});

const SITUATIONS: readonly Situation[] = [
  situation(4, 'writing', '≥ 10'),
  situation(64, 'writing', '≥ 10'),
  situation(4, 'idle', '≥ 20'),
  situation(64, 'idle', '≥ 20'),
  { name: '4 workers, writing, few kills', processes: 4, isIdle: false, killsPerSecond: LEISURELY_PER_SECOND },
];

/** What one trial showed. */
interface Cycles {
  /** Replacements that had the board open, per second of the trial. */
  perSecond: number;
  replacementMs: number[];
}

/**
 * How many kills a second the harness sustains: a cycle is a SIGKILL and a new process that has the board open in its
 * place, while the other workers go on. Kills that come faster than a machine can replace wait for each other, and the
 * times of single replacements include the queue; so a situation with few kills is there for those.
 */
export const killReplace: Benchmark = {
  name: 'kill-replace',
  summary: 'kills per second whose replacement has the board open, and how long a replacement takes',
  async run(stage) {
    const taken = new Map<Situation, Cycles[]>(SITUATIONS.map((situation) => [situation, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const situation of SITUATIONS) taken.get(situation)?.push(await runOnce(situation, stage));
    }
    return measuresOf(taken);
  },
};

async function runOnce({ processes, isIdle, killsPerSecond }: Situation, stage: Stage): Promise<Cycles> {
  const scenario: Partial<ScenarioInput> = {
    workers: { processes },
    durationMs: TRIAL_MS,
    faults: [{ fault: 'kill', perSecond: killsPerSecond }],
    ...(isIdle && { workload: { loop: { type: 'open', ratePerSecond: IDLE_PER_SECOND } } }),
  };
  const cell = cellOf({ connection: 'process' }, scenario);
  const [trial] = cell.trials;
  if (!trial) throw new Error('the plan has no trial');
  const directory = stage.folder('trial');
  const facts = await runTrial(cell, trial, directory, stage.equipment);
  rmSync(directory, { recursive: true });
  return cyclesOf(facts);
}

function cyclesOf({ replacementMs, durationMs, exits, faults }: TrialFacts): Cycles {
  const crashed = exits.find(({ how }) => how === 'crashed' || how === 'stuck');
  if (crashed) throw new Error(`worker ${crashed.worker} ended by itself: ${crashed.how}\n${crashed.stderr}`);
  if (replacementMs.length === 0) throw new Error(`none of ${faults.length} killed workers was replaced`);
  return { perSecond: (replacementMs.length * 1000) / durationMs, replacementMs };
}

function measuresOf(taken: ReadonlyMap<Situation, readonly Cycles[]>): Measure[] {
  const rates = new Map([...taken].map(([{ name }, cycles]) => [name, cycles.map(({ perSecond }) => perSecond)]));
  const saturated = [...taken.keys()].filter(({ target }) => target !== undefined);
  const measures = saturated.map(
    ({ name, target }): Measure => ({
      name: `${name}: cycles`,
      unit: '1/s',
      ...(target !== undefined && { target }),
      samples: rates.get(name) ?? [],
    }),
  );
  const compare = (dividend: string, divisor: string): Measure => ({
    name: `cycles, ${dividend} ÷ ${divisor}`,
    unit: 'ratio',
    samples: ratios(rates.get(dividend) ?? [], rates.get(divisor) ?? []),
  });
  measures.push(compare('4 workers, writing', '4 workers, idle'), compare('64 workers, writing', '64 workers, idle'));
  for (const [{ name }, cycles] of taken) {
    for (const [label, share] of [
      ['median', 0.5],
      ['p90', 0.9],
    ] as const) {
      const samples = cycles.map(({ replacementMs }) => quantile(replacementMs, share));
      measures.push({ name: `${name}: replacement, ${label}`, unit: 'ms', samples });
    }
  }
  return measures;
}
