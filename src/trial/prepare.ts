import { copyFileSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { monotonicNs } from '../kernel/clock.ts';
import { sourceUrl } from '../kernel/source-url.ts';
import type { Cell } from '../scenario/plan.ts';
import { BASELINE } from '../strategy/axes.ts';
import { journalModeOf } from '../strategy/policy/pragmas.ts';
import type { Assignment } from '../worker/assignment.ts';
import type { Preparation, Prepared } from '../worker/prepare.ts';
import { refuseFullDisk } from './disk-full.ts';
import { TRIAL_FILES } from './facts.ts';
import { runChild, type ChildContext } from './run-child.ts';

const ENTRY = fileURLToPath(sourceUrl('../worker/prepare', import.meta.url));

/** The place where the boards are to lie is not fit for the purpose. */
export class UnfitFileSystem extends Error {
  override readonly name = 'UnfitFileSystem';
}

/** Boards in their state before a trial, made once per run and copied for each trial. Nobody has them open. */
export class Templates {
  readonly #folder: string;
  readonly #context: ChildContext;
  readonly #made = new Map<string, string>();

  /** @param folder a folder of ours, on the file system on which the trials will run. */
  constructor(folder: string, context: ChildContext) {
    this.#folder = folder;
    this.#context = context;
    mkdirSync(folder, { recursive: true });
  }

  /**
   * Finds out which SQLite this is, and whether locks on this file system keep a second process out.
   * @returns the version of SQLite. @throws {UnfitFileSystem} if they do not.
   */
  async probe(): Promise<string> {
    const answer = await this.#ask({ type: 'probe-locks', databasePath: join(this.#folder, 'probe.db') });
    if (answer.ok) return answer.sqliteVersion;
    refuseFullDisk(`${answer.code}: ${answer.message}`);
    throw new UnfitFileSystem(
      `${this.#folder}: SQLite cannot work safely on this file system (${answer.message}); ` +
        'choose a folder on a local file system with POSIX locks as --output',
    );
  }

  /** Lays a fresh board and the history of whoever filled it into a trial's folder. */
  async layInto(directory: string, cell: Cell): Promise<void> {
    const histories = join(directory, TRIAL_FILES.histories);
    mkdirSync(histories, { recursive: true });
    if (cell.board.start === 'fresh') return;
    const template = await this.#templateFor(cell, cell.board.start);
    copyFileSync(join(template, TRIAL_FILES.database), join(directory, TRIAL_FILES.database));
    if (existsSync(join(template, TRIAL_FILES.histories))) {
      cpSync(join(template, TRIAL_FILES.histories), histories, { recursive: true });
    }
  }

  async #templateFor(cell: Cell, start: 'old' | 'current'): Promise<string> {
    const { tasks } = cell.board;
    const journalMode = journalModeOf(cell.strategy.axes);
    const key = `${start}-${tasks}-${journalMode}`;
    const made = this.#made.get(key);
    if (made !== undefined) return made;
    const folder = join(this.#folder, key);
    mkdirSync(folder, { recursive: true });
    const answer = await this.#ask({ type: 'board', start, assignment: assignmentFor(folder, tasks, journalMode) });
    refuseFullDisk(`${answer.code}: ${answer.message}`);
    if (!answer.ok) throw new Error(`the board could not be prepared: ${answer.message}`);
    // A board with fewer tasks than asked for would be measured as if it had them all.
    if (answer.tasks !== tasks) throw new Error(`${answer.tasks} of ${tasks} tasks could be put on the board`);
    this.#made.set(key, folder);
    return folder;
  }

  async #ask(preparation: Preparation): Promise<Prepared> {
    const { stdout, stderr } = await runChild(ENTRY, JSON.stringify(preparation), this.#context);
    if (stdout === '') throw new Error(`the preparing process gave no answer\n${stderr}`);
    return JSON.parse(stdout) as Prepared;
  }
}

/** Setting a board up is work like any other: creates, recorded, by a worker named `setup`. */
function assignmentFor(folder: string, tasks: number, journalMode: 'wal' | 'delete'): Assignment {
  return {
    worker: 'setup',
    threads: 1,
    databasePath: join(folder, TRIAL_FILES.database),
    historyDirectory: join(folder, TRIAL_FILES.histories),
    epochNs: String(monotonicNs()),
    startAtNs: 0,
    stopAtNs: Number.MAX_SAFE_INTEGER,
    seed: 'setup',
    axes: {
      ...BASELINE,
      firstOpen: 'immediate',
      connection: 'process',
      pragmas: journalMode === 'wal' ? 'v1' : 'delete-full',
    },
    workload: {
      mix: { create: 1, claim: 0, heartbeat: 0, complete: 0, reclaim: 0 },
      loop: { type: 'closed' },
      operations: tasks,
      retry: 'none',
    },
    claimTtlMs: 1000,
    reclaim: 'dead-holders',
    checkpointEveryMs: 1000,
    first: false,
    hazards: [],
    lockAuditEvery: 0,
  };
}
