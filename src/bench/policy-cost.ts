import { bundled } from '../engine/bundled.ts';
import { formatRecord } from '../history/format.ts';
import { runFreely } from '../step/run-freely.ts';
import type { Steps } from '../step/step.ts';
import { AXES, type StrategyAxes } from '../strategy/axes.ts';
import { InProcessState } from '../strategy/in-process.ts';
import { Session, type SessionHooks } from '../strategy/session.ts';
import { TransactionTimes } from '../strategy/transaction-times.ts';
import { TRIAL_FILES } from '../trial/facts.ts';
import { cellOf } from './assignment.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { inBatches, inTurns, type Side } from './in-turns.ts';
import { ratios } from './ratios.ts';
import type { Stage } from './stage.ts';

const TURNS = { rounds: 7, turnMs: 120 };
const BATCH = 20;
const TASK = 'tsetup-1';
const UPDATE = 'UPDATE tasks SET last_heartbeat_at = ? WHERE id = ?';
const NO_HOOKS: SessionHooks = {
  connected: () => undefined,
  beforeCommit: () => undefined,
  afterCommit: () => undefined,
};
/** Everything that a transaction can have around it, one axis at a time. */
const POLICY_AXES = ['transaction', 'writeLock', 'pragmas', 'afterCommit'] as const;

/**
 * What every policy costs when nobody else wants the board: one transaction that updates one row, with one value changed
 * on one axis. In turns with the plain transaction, so that ratios hold on a machine that is not quiet.
 */
export const policyCost: Benchmark = {
  name: 'policy-cost',
  summary:
    'one uncontended transaction under each transaction policy, lock, pragma set and after-commit check; timing itself',
  async run(stage) {
    const sides: Record<string, Side> = { [PLAIN]: await sideOf({}, stage), [TIMED]: await sideOf({}, stage, true) };
    for (const [name, axes] of variations()) sides[name] = await sideOf(axes, stage);
    const ms = await inTurns({ ...sides, [STAMPS]: stampSide() }, TURNS);
    return measuresOf(ms);
  },
};

const PLAIN = 'plain: immediate, NORMAL, no lock, no check';
const TIMED = 'plain, timed as in a bench';
const STAMPS = 'timing of one operation: stamps and their line in the history';

function variations(): [string, Partial<StrategyAxes>][] {
  const plain = plainAxes();
  return POLICY_AXES.flatMap((axis) =>
    AXES[axis]
      .filter((value) => value !== plain[axis])
      .map((value): [string, Partial<StrategyAxes>] => [`${axis}=${value}`, { [axis]: value }]),
  );
}

function plainAxes(): StrategyAxes {
  return cellOf({ pragmas: 'v1', connection: 'process' }).strategy.axes;
}

async function sideOf(change: Partial<StrategyAxes>, stage: Stage, isTimed = false): Promise<Side> {
  const cell = cellOf({ ...plainAxes(), ...change });
  const directory = stage.folder('board');
  await stage.equipment.templates.layInto(directory, cell);
  const times = isTimed ? new TransactionTimes() : undefined;
  const session = new Session({
    databasePath: `${directory}/${TRIAL_FILES.database}`,
    axes: cell.strategy.axes,
    engine: bundled,
    worker: 'w1.0',
    claimTtlMs: 60_000,
    reclaim: 'expired',
    inProcess: new InProcessState(InProcessState.allocate()),
    random: () => 0.5,
    hooks: NO_HOOKS,
    times,
  });
  runFreely(session.open());
  // Never the same value twice: SQLite writes nothing where nothing changes.
  let value = 0;
  function* touch(): Steps<void> {
    yield session.run(UPDATE, ++value, TASK);
  }
  return inBatches(BATCH, () => {
    runFreely(session.write(touch));
    times?.take();
  });
}

/** The stamps of one transaction, their sum and its line in the history, without a transaction. */
function stampSide(): Side {
  const times = new TransactionTimes();
  return inBatches(1000, () => {
    times.asked();
    times.begun();
    times.worked();
    times.ended();
    const { waitNs, workNs, commitNs, transactions, retries, lastNs } = times.take();
    const data = [waitNs, workNs, commitNs, transactions, retries, lastNs];
    formatRecord({ type: 'note', atNs: 1_234_567_890, name: 'phases', data });
  });
}

function measuresOf(ms: Record<string, number[]>): Measure[] {
  const plain = ms[PLAIN] ?? [];
  const measures = Object.entries(ms).flatMap(([name, samples]): Measure[] => {
    const us: Measure = { name, unit: 'µs', samples: samples.map((value) => value * 1e3) };
    if (name === STAMPS) return [{ ...us, target: '< 1' }];
    return name === PLAIN ? [us] : [us, { name: `${name} ÷ plain`, unit: 'ratio', samples: ratios(samples, plain) }];
  });
  return measures;
}
