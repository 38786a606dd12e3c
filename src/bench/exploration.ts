import { bundled } from '../engine/bundled.ts';
import { cellsOf } from '../explore/cells.ts';
import { VirtualClock } from '../explore/clock.ts';
import { execute } from '../explore/execute.ts';
import { DepthFirst } from '../explore/scheduler/depth-first.ts';
import { Setting } from '../explore/world.ts';
import type { Connection } from '../engine/connection.ts';
import type { Program, Situation } from '../scenario/exploration.ts';
import { loadExploration } from '../scenario/load.ts';
import { BASELINE } from '../strategy/axes.ts';
import { InProcessState } from '../strategy/in-process.ts';
import { pause } from '../strategy/lock/lock.ts';
import { Session } from '../strategy/session.ts';
import { step, type Steps } from '../step/step.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { ratios } from './ratios.ts';
import type { Stage } from './stage.ts';

const ROUNDS = 3;
const EXECUTIONS = 300;
/** More preemptions than any of these programs has steps. */
const UNBOUNDED = 20;

/**
 * How fast interleavings are executed. The bare side runs the same programs on the same boards one after the other, with
 * nothing between two statements: what it lacks is choosing, waiting, footprints and traces. Run it with `--directory
 * /dev/shm`, where the explorer lays its boards.
 */
export const exploration: Benchmark = {
  name: 'exploration',
  summary: 'steps per second of the explorer ÷ the same statements bare, and how long exhausting small races takes',
  async run(stage) {
    return [...(await speed(stage)), ...(await firstCounterexample(stage)), ...exhausting(stage), ...curve(stage)];
  },
};

async function cellSetting(scenario: string, strategy: string, situation: string, stage: Stage): Promise<Setting> {
  const [cell] = cellsOf(await loadExploration(scenario, '.'), { strategies: [strategy], situations: [situation] });
  if (!cell) throw new Error(`${scenario} has no such cell`);
  return new Setting(cell.situation, cell.axes, bundled, stage.folder('explored'));
}

async function speed(stage: Stage): Promise<Measure[]> {
  const setting = await cellSetting('claim-race', 'immediate', 'compare-and-set', stage);
  const [explored, bare]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    explored.push(perSecond(() => exploreSome(setting)));
    bare.push(perSecond(() => runBare(setting)));
  }
  return [
    { name: 'claim-race: explored', unit: 'steps/s', target: '≥ 50,000', samples: explored },
    { name: 'claim-race: bare', unit: 'steps/s', samples: bare },
    { name: 'claim-race: explored ÷ bare', unit: 'ratio', samples: ratios(explored, bare) },
  ];
}

function perSecond(run: () => number): number {
  const startMs = performance.now();
  return (run() * 1000) / (performance.now() - startMs);
}

function exploreSome(setting: Setting): number {
  const scheduler = new DepthFirst({ bound: UNBOUNDED, prune: false });
  let steps = 0;
  for (let count = 0; count < EXECUTIONS; count++) {
    const chooser = scheduler.next();
    if (!chooser) break;
    const execution = execute(setting, chooser);
    scheduler.ended(execution);
    steps += execution.made.length;
  }
  return steps;
}

function runBare({ situation, axes, engine, template, databasePath }: Setting): number {
  let steps = 0;
  for (let count = 0; count < EXECUTIONS; count++) {
    template.layAt(databasePath);
    const sessions = situation.programs.map((program) => {
      const session = bareSession(databasePath, axes, engine);
      steps += runCounting(program(Object.assign(session, { sleep: () => sleeping() })));
      return session;
    });
    for (const session of sessions) session.vanish();
  }
  return steps;
}

function* sleeping(): Steps<void> {
  yield pause(0);
}

function bareSession(databasePath: string, axes: Setting['axes'], engine: Setting['engine']): Session {
  return new Session({
    databasePath,
    axes,
    engine,
    worker: 'w0',
    claimTtlMs: 900_000,
    reclaim: 'expired',
    inProcess: new InProcessState(InProcessState.allocate()),
    random: () => 0.5,
    hooks: { connected: nothing, beforeCommit: nothing, afterCommit: nothing },
    nowMs: () => VirtualClock.startMs,
    processLock: 'host:0',
  });
}

const nothing = (): undefined => undefined;

function runCounting(steps: Steps<unknown>): number {
  let count = 0;
  try {
    for (let state = steps.next(); !state.done; count++) {
      const { value: one } = state;
      state = steps.next(one.attempt ? one.attempt() : one.run());
    }
  } catch {
    // The second of two claims is refused: that is part of the race.
  }
  return count;
}

async function firstCounterexample(stage: Stage): Promise<Measure[]> {
  const samples: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const setting = await cellSetting('duplicate-column', 'unguarded', 'processes', stage);
    const scheduler = new DepthFirst({ bound: 2, prune: true });
    const startMs = performance.now();
    let hasFailed = false;
    for (let chooser = scheduler.next(); chooser && !hasFailed; chooser = scheduler.next()) {
      const execution = execute(setting, chooser);
      scheduler.ended(execution);
      hasFailed = execution.failure !== undefined;
    }
    if (!hasFailed) throw new Error('the race was not found');
    samples.push(performance.now() - startMs);
  }
  return [{ name: 'duplicate-column: to the first counterexample', unit: 'ms', target: '< 100', samples }];
}

/** Four statements of one actor, each for itself: it looks, writes, looks again and writes again. The worst case. */
const ALONE = [
  'SELECT count(*) FROM tasks',
  "UPDATE tasks SET title = 'a'",
  'SELECT title FROM tasks',
  "UPDATE tasks SET title = 'b'",
];
/** Four statements of one transaction, which exclude those of the others. */
const TOGETHER = ['BEGIN', 'SELECT title FROM tasks', "UPDATE tasks SET title = 'a'", 'COMMIT'];

function exhausting(stage: Stage): Measure[] {
  const kinds = [
    ['alone', ALONE],
    ['of one transaction', TOGETHER],
  ] as const;
  return kinds.map(([kind, statements]): Measure => {
    const { situation, closeAll } = statementRace(3, statements);
    const setting = new Setting(situation, BASELINE, bundled, stage.folder('exhausted'));
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const startMs = performance.now();
      exhaust(setting, true);
      samples.push((performance.now() - startMs) / 1000);
    }
    closeAll();
    return { name: `3 actors × 4 statements (34,650 orders), ${kind}`, unit: 's', target: '< 5', samples };
  });
}

/** Actors whose connections are open when they begin, so that their statements are all they do. */
function statementRace(actors: number, statements: readonly string[]): { situation: Situation; closeAll: () => void } {
  let open: Connection[] = [];
  const closeAll = (): void => {
    for (const connection of open) connection.close();
    open = [];
  };
  const program =
    (path: () => string, isFirst: boolean): Program =>
    () => {
      // Before its first step an actor is at home: here an execution begins.
      if (isFirst) closeAll();
      const connection = bundled.open(path(), 0);
      open.push(connection);
      return (function* (): Steps<void> {
        for (const sql of statements) {
          yield step('sql', sql, () => {
            const statement = connection.prepare(sql);
            return sql.startsWith('SELECT') ? statement.get() : statement.run();
          });
        }
      })();
    };
  let databasePath = '';
  const situation: Situation = {
    name: 'statements',
    summary: 'statements on connections that are open',
    board: {
      start: 'current',
      sql: ["INSERT INTO tasks (id, title, status, created_at) VALUES ('t', 't', 'ready', 1)"],
    },
    programs: [],
    processes: [],
    check: () => undefined,
  };
  const programs = Array.from(
    { length: actors },
    (_, index): Program =>
      (session) => {
        databasePath = (session as unknown as Session).databasePath;
        return program(() => databasePath, index === 0)(session);
      },
  );
  return { situation: { ...situation, programs, processes: programs.map((_, index) => index) }, closeAll };
}

/** Goes straight to the bound at which nothing is left out. */
function exhaust(setting: Setting, prune: boolean): DepthFirst {
  const scheduler = new DepthFirst({ bound: UNBOUNDED, least: UNBOUNDED, prune });
  for (let chooser = scheduler.next(); chooser; chooser = scheduler.next()) scheduler.ended(execute(setting, chooser));
  return scheduler;
}

/** Executions that it takes to see everything, without a clock: the same on every machine. */
function curve(stage: Stage): Measure[] {
  const measures: Measure[] = [];
  for (const [actors, steps] of [
    [2, 3],
    [2, 5],
    [3, 3],
    [4, 2],
  ] as const) {
    for (const prune of [true, false]) {
      const { situation, closeAll } = statementRace(actors, ALONE);
      const shortened = { ...situation, programs: situation.programs.map((program) => cut(program, steps)) };
      const setting = new Setting(shortened, BASELINE, bundled, stage.folder('curve'));
      const scheduler = new DepthFirst({ bound: UNBOUNDED, least: UNBOUNDED, prune });
      let executions = 0;
      for (let chooser = scheduler.next(); chooser; chooser = scheduler.next(), executions++) {
        scheduler.ended(execute(setting, chooser));
      }
      closeAll();
      const name = `${actors} actors × ${steps} statements: executions, ${prune ? 'pruned' : 'each interleaving'}`;
      measures.push({ name, unit: 'count', samples: [executions] });
    }
  }
  return measures;
}

/** The first steps of a program, over and over if it has fewer. */
function cut(program: Program, count: number): Program {
  return (session) => {
    const steps = program(session);
    return (function* (): Steps<void> {
      const taken = [];
      for (let state = steps.next(); !state.done; state = steps.next()) taken.push(state.value);
      for (let index = 0; index < count; index++) yield taken[index % taken.length] as (typeof taken)[number];
    })();
  };
}
