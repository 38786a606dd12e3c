import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Engine } from '../../engine/connection.ts';
import type { ActorEnd } from '../../scenario/exploration.ts';
import type { ExplorationCell } from '../cells.ts';
import { VirtualClock } from '../clock.ts';
import { execute } from '../execute.ts';
import { nameOfActor, type Move } from '../move.ts';
import type { Confirmation } from '../result.ts';
import { replay } from '../scheduler/replay.ts';
import { queryBoard } from '../template.ts';
import { Setting, type Made } from '../world.ts';
import type { ConfirmJob, StepReply } from './messages.ts';
import { startRealProcess, type RealProcess } from './real-process.ts';

/** A schedule for real processes. */
export interface ToConfirm {
  scenario: string;
  directory: string;
  folder: string;
  compileCache: string;
  cell: ExplorationCell;
  schedule: readonly Move[];
  engine: Engine;
}

/**
 * Lets real processes carry a schedule out: one child process for each process of the situation, a thread for each actor,
 * each held before every step. Crashes are SIGKILL, stops are SIGSTOP. Then the same check is asked as in the explorer.
 */
export async function confirm(wanted: ToConfirm): Promise<Confirmation> {
  const { cell, engine, folder, schedule } = wanted;
  const setting = new Setting(cell.situation, cell.axes, engine, folder);
  const explored = execute(setting, replay(schedule), schedule.length);
  // Of the same name as in the explorer: it shows in the names of locks.
  const databasePath = join(folder, 'confirm', basename(setting.databasePath));
  mkdirSync(dirname(databasePath), { recursive: true });
  for (const file of readdirSync(dirname(databasePath))) rmSync(join(dirname(databasePath), file));
  setting.template.layAt(databasePath);
  const processes = startAll({ ...wanted, databasePath, axes: setting.axes });
  const run = new RealRun(processes, cell.situation.processes);
  try {
    await Promise.all([...processes.values()].map(({ ready }) => ready));
    await run.follow(schedule, explored.made);
    await run.lookWhoIsStuck(explored.outcome?.actors ?? []);
    await run.end();
    const failure = cell.situation.check({
      actors: run.ends(),
      query: (sql, ...parameters) => queryBoard(engine, databasePath, sql, ...parameters),
    });
    return { confirmed: failure === explored.failure, seen: failure ?? 'nothing failed' };
  } catch (error) {
    if (!(error instanceof CannotFollow)) throw error;
    return { confirmed: false, seen: error.message };
  } finally {
    await run.end();
  }
}

/** Real processes cannot do what the schedule says. */
class CannotFollow extends Error {
  override readonly name = 'CannotFollow';
}

function startAll({
  scenario,
  directory,
  databasePath,
  axes,
  cell,
  compileCache,
}: ToConfirm & Pick<ConfirmJob, 'databasePath' | 'axes'>) {
  const { situation } = cell;
  const actorsOf = Map.groupBy(situation.processes.keys(), (actor) => situation.processes[actor] ?? actor);
  const processes = new Map<number, RealProcess>();
  for (const [number, actors] of actorsOf) {
    const job: ConfirmJob = { scenario, directory, situation: situation.name, axes, databasePath, actors };
    processes.set(number, startRealProcess(job, compileCache));
  }
  return processes;
}

/** One schedule as it is carried out. */
class RealRun {
  readonly #processes: ReadonlyMap<number, RealProcess>;
  readonly #processOf: readonly number[];
  readonly #ends: (ActorEnd | undefined)[];
  readonly #stopped = new Set<number>();
  #nowMs: number = VirtualClock.startMs;

  constructor(processes: ReadonlyMap<number, RealProcess>, processOf: readonly number[]) {
    this.#processes = processes;
    this.#processOf = processOf;
    this.#ends = processOf.map(() => undefined);
  }

  async follow(schedule: readonly Move[], made: readonly Made[]): Promise<void> {
    for (const [index, move] of schedule.entries()) {
      const reply = await this.#make(move);
      const { step, nowMs } = made[index] ?? { step: undefined, nowMs: this.#nowMs };
      this.#nowMs = nowMs;
      if (!reply) continue;
      const where = `step ${index + 1}, ${nameOfActor(move.actor)}`;
      if (reply.label !== step?.label) throw new CannotFollow(`${where}: comes to ${reply.label || 'its end'}`);
      if (reply.blocked !== (move.action === 'timeout')) {
        throw new CannotFollow(`${where}: ${reply.blocked ? 'has to wait' : 'need not wait'} for ${reply.label}`);
      }
      this.#ends[move.actor] = reply.end;
    }
  }

  /** Those who were stuck in the explorer must not be able to go on here either. */
  async lookWhoIsStuck(explored: readonly ActorEnd[]): Promise<void> {
    for (const [actor, { how }] of explored.entries()) {
      if (how !== 'stuck' || this.#ends[actor]) continue;
      const reply = await this.#make({ actor, action: 'step' });
      if (reply && !reply.blocked) throw new CannotFollow(`${nameOfActor(actor)} is not stuck: it did ${reply.label}`);
      this.#ends[actor] = { how: 'stuck' };
    }
  }

  ends(): ActorEnd[] {
    return this.#ends.map((end, actor) => end ?? { how: this.#stopped.has(actor) ? 'stopped' : 'cut' });
  }

  async end(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((process) => process.kill()));
  }

  async #make({ actor, action }: Move): Promise<StepReply | undefined> {
    const number = this.#processOf[actor] ?? actor;
    const process = this.#processes.get(number);
    if (!process) throw new Error(`actor ${actor} has no process`);
    switch (action) {
      case 'step':
        return process.order({ actor, nowMs: this.#nowMs, action: 'step' });
      case 'timeout':
        return process.order({ actor, nowMs: this.#nowMs, action: 'give-up' });
      case 'stop':
        for (const [other, of] of this.#processOf.entries()) if (of === number) this.#stopped.add(other);
        process.stop();
        return undefined;
      case 'resume':
        for (const [other, of] of this.#processOf.entries()) if (of === number) this.#stopped.delete(other);
        process.resume();
        return undefined;
      case 'crash':
        await process.kill();
        for (const [other, of] of this.#processOf.entries())
          if (of === number) this.#ends[other] ??= { how: 'crashed' };
        return undefined;
    }
  }
}
