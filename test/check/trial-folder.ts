import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { execa } from 'execa';
import { digestOf, formatStamp, parseStamp } from '../../src/board/event-chain.ts';
import type { Check } from '../../src/check/check.ts';
import { Evidence } from '../../src/check/evidence.ts';
import type { Finding } from '../../src/check/finding.ts';
import { CHECKS } from '../../src/check/index.ts';
import { reportOf, type TrialReport } from '../../src/check/trial-report.ts';
import { bundled } from '../../src/engine/bundled.ts';
import type { BoardOperation, HistoryRecord } from '../../src/history/record.ts';
import { HistoryWriter } from '../../src/history/writer.ts';
import { monotonicNs } from '../../src/kernel/clock.ts';
import { hasLockTable } from '../../src/kernel/locks.ts';
import { defineScenario } from '../../src/scenario/define.ts';
import { plan, type Cell } from '../../src/scenario/plan.ts';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { InProcessState } from '../../src/strategy/in-process.ts';
import { TRIAL_FILES, type Observation, type TrialFacts } from '../../src/trial/facts.ts';
import { historyPathOf, type Assignment } from '../../src/worker/assignment.ts';
import { BoardWorker } from '../../src/worker/board-worker.ts';
import type { Prepared } from '../../src/worker/prepare.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The process that prepares boards works off any assignment. */
const PREPARE = fileURLToPath(new URL('../../src/worker/prepare.ts', import.meta.url));
const PAGE_BYTES = 4096;

/** A cell as a real plan has it. */
export function plannedCell(scenario: Partial<ScenarioInput> = {}): Cell {
  const whole = { name: 'test', question: 'what do the checks say', strategies: ['immediate' as const], ...scenario };
  const [cell] = plan([defineScenario(whole)], { seed: 'x' }).cells;
  if (!cell) throw new Error('the plan has no cell');
  return cell;
}

/** The folder of a trial that is over, with a board that the real code has made; defects are planted into it. */
export class TrialFolder {
  readonly path = temporaryFolder();
  readonly databasePath = join(this.path, TRIAL_FILES.database);
  readonly cell: Cell;
  readonly #epochNs = String(monotonicNs());
  #facts: TrialFacts;

  /** A folder in which nobody has worked yet. */
  constructor(scenario: Partial<ScenarioInput> = {}) {
    this.cell = plannedCell({ board: { start: 'fresh' }, workers: { processes: 2 }, ...scenario });
    const { trials, ...cell } = this.cell;
    const { trial, seed, faults } = trials[0] ?? { trial: 1, seed: '', faults: [] };
    this.#facts = {
      cell,
      trial: { trial, seed },
      epochNs: this.#epochNs,
      durationMs: 100,
      faults: [],
      faultsPlanned: faults.length,
      exits: [],
      replacementMs: [],
      hasLockTable: hasLockTable(),
      interrupted: false,
    };
    mkdirSync(join(this.path, TRIAL_FILES.histories));
    this.know({});
  }

  /** Lets workers take turns on the board until each has served its requests, then closes it. */
  work(workers: readonly string[], changes: Partial<Assignment> = {}): this {
    const crew = workers.map((name) => {
      const inProcess = new InProcessState(InProcessState.allocate());
      return new BoardWorker(name, this.assignment({ worker: name, ...changes }), bundled, inProcess);
    });
    while (crew.some((worker) => !worker.isDone)) for (const worker of crew) if (!worker.isDone) worker.runOne();
    for (const worker of crew) worker.close();
    const ended = { pid: process.pid, code: 0, signal: null, how: 'finished' as const, stderr: '' };
    this.know({ exits: [...this.#facts.exits, ...workers.map((worker) => ({ worker, ...ended }))] });
    return this;
  }

  /** Lets a process of its own serve the requests of a worker. It leaves without giving its claims back. */
  async workElsewhere(
    worker: string,
    changes: Partial<Assignment> = {},
    start: 'old' | 'current' = 'current',
  ): Promise<this> {
    const preparation = { type: 'board', start, assignment: this.assignment({ worker, ...changes }) };
    const { stdout } = await execa(process.execPath, [PREPARE, JSON.stringify(preparation)]);
    const answer = JSON.parse(stdout) as Prepared;
    if (!answer.ok) throw new Error(answer.message);
    return this;
  }

  /** What a worker of this trial is told. */
  assignment(changes: Partial<Assignment> = {}): Assignment {
    const { strategy, workload, board } = this.cell;
    return {
      worker: 'w1.0',
      threads: 1,
      databasePath: this.databasePath,
      historyDirectory: join(this.path, TRIAL_FILES.histories),
      epochNs: this.#epochNs,
      startAtNs: 0,
      stopAtNs: Number.MAX_SAFE_INTEGER,
      seed: 'x',
      axes: strategy.axes,
      workload: { ...workload, operations: workload.operations ?? 40 },
      claimTtlMs: board.claimTtlMs,
      reclaim: board.reclaim,
      checkpointEveryMs: 1000,
      first: true,
      hazards: [],
      lockAuditEvery: 1,
      ...changes,
    };
  }

  /** What the supervisor knows of the trial. */
  get facts(): TrialFacts {
    return this.#facts;
  }

  /** Changes what the supervisor knows of the trial. */
  know(changes: Partial<TrialFacts>): this {
    this.#facts = { ...this.#facts, ...changes };
    writeFileSync(join(this.path, TRIAL_FILES.facts), JSON.stringify(this.#facts));
    return this;
  }

  /** Adds something that the observer saw. */
  observe(observation: Observation): this {
    appendFileSync(join(this.path, TRIAL_FILES.observations), `${JSON.stringify(observation)}\n`);
    return this;
  }

  /** Works on the database behind the board's back; also on the schema table. */
  edit<T>(action: (database: Database.Database) => T): T {
    const database = new Database(this.databasePath);
    try {
      return action(database.unsafeMode());
    } finally {
      database.close();
    }
  }

  /** Runs one statement behind the board's back. @returns how many rows it changed. */
  sql(statement: string, ...parameters: unknown[]): number {
    return this.edit((database) => database.prepare(statement).run(...parameters).changes);
  }

  /** Reads one value from the database. */
  value(query: string, ...parameters: unknown[]): unknown {
    return this.edit((database) =>
      database
        .prepare(query)
        .pluck()
        .get(...parameters),
    );
  }

  /** Runs a statement of which one index takes no notice. */
  behindIndex(index: string, change: string): void {
    const entry = this.edit((database) => {
      const found = database.prepare('SELECT * FROM sqlite_schema WHERE name = ?').get(index);
      database.pragma('writable_schema = ON');
      database.prepare('DELETE FROM sqlite_schema WHERE name = ?').run(index);
      return found;
    });
    this.sql(change);
    this.edit((database) => {
      database.pragma('writable_schema = ON');
      database.prepare('INSERT INTO sqlite_schema VALUES (:type, :name, :tbl_name, :rootpage, :sql)').run(entry);
    });
  }

  /** Appends an event to the audit trail as its worker would have stamped it. */
  plantEvent(worker: string, kind: string, task: string): void {
    const last = this.value("SELECT payload FROM task_events WHERE payload LIKE ? || ' %' ORDER BY id DESC", worker);
    const { number: after, digest: previous } = parseStamp(last) ?? { number: 0, digest: 0 };
    const stamp = { worker, number: after + 1, after };
    const payload = formatStamp({ ...stamp, digest: digestOf(stamp, kind, task, previous) });
    this.sql('INSERT INTO task_events (task_id, kind, payload, created_at) VALUES (?, ?, ?, 0)', task, kind, payload);
  }

  /** Overwrites the first leaf page of a table or index with garbage, while nobody has the database open. */
  spoil(table: string): void {
    const page = Number(
      this.value("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path LIMIT 1", table),
    );
    this.overwrite((bytes) => bytes.fill(0xa5, (page - 1) * PAGE_BYTES, page * PAGE_BYTES));
  }

  /** Changes the bytes of the database file, while nobody has it open. */
  overwrite(change: (bytes: Buffer) => void): void {
    const bytes = readFileSync(this.databasePath);
    change(bytes);
    writeFileSync(this.databasePath, bytes);
  }

  historyPath(worker: string): string {
    return historyPathOf(join(this.path, TRIAL_FILES.histories), worker);
  }

  /** Appends records to a worker's history, as a worker does. */
  record(worker: string, ...records: HistoryRecord[]): this {
    const history = new HistoryWriter(this.historyPath(worker));
    for (const record of records) history.write(record);
    history.close();
    return this;
  }

  /**
   * Writes one more operation into a worker's history, which nobody carried out.
   * @param told what the worker was told of its outcome; nothing if it died before.
   * @returns the number of the event that would have come of it.
   */
  plantOperation(worker: string, kind: BoardOperation, task: string, told?: 'ok' | 'fail' | 'info'): number {
    const event = this.inspect(({ ledger }) => (ledger.workers.get(worker)?.last ?? 0) + 1);
    const operation = 1_000_000 + event;
    this.record(worker, { type: 'invoke', operation, kind, event, atNs: 1, request: task });
    const outcome = { operation, atNs: 2, latencyNs: 1 };
    if (told === 'ok') this.record(worker, { type: 'ok', ...outcome, event, task });
    else if (told) this.record(worker, { type: told, ...outcome, event: 0, code: 'SQLITE_BUSY', message: 'planted' });
    return event;
  }

  /** Lets a worker lose the race for a task: workers that take turns never do. */
  plantCollision(worker: string): this {
    const operation = 2_000_000;
    const outcome = { operation, atNs: 2, latencyNs: 1, event: 0, code: 'CLAIM_LOST', message: 'planted' };
    return this.record(
      worker,
      { type: 'invoke', operation, kind: 'claim', event: 0, atNs: 1, request: '-' },
      { type: 'fail', ...outcome },
    );
  }

  /** Rewrites a worker's history. */
  rewrite(worker: string, change: (text: string) => string): this {
    const path = this.historyPath(worker);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    return this;
  }

  /** Hands the evidence to somebody, and tidies up after them. */
  inspect<T>(look: (evidence: Evidence) => T): T {
    const evidence = Evidence.gather(this.path);
    try {
      return look(evidence);
    } finally {
      evidence.release();
    }
  }

  report(checks: readonly Check[] = CHECKS): TrialReport {
    return this.inspect((evidence) => reportOf(evidence, checks));
  }

  /** What one check says of the trial. */
  findings(check: Check): Finding[] {
    return this.report([check]).findings;
  }
}

/** What the observer writes of a trial in which it saw nothing. */
export const WATCHED: Observation = { kind: 'end', atNs: 100_000_000, samples: 7 };

/** A trial in which two workers have used a board of their own, the observer watched, and nothing went wrong. */
export function goodTrial(scenario: Partial<ScenarioInput> = {}, changes: Partial<Assignment> = {}): TrialFolder {
  const trial = new TrialFolder(scenario).work(['w1.0', 'w2.0'], changes).observe(WATCHED);
  return trial.cell.workload.mix.claim > 0 ? trial.plantCollision('w2.0') : trial;
}

/** A trial in which a worker process has died with its claims, and another worker has taken them over. */
export async function reclaimedTrial(): Promise<TrialFolder> {
  const trial = new TrialFolder({ board: { start: 'fresh', claimTtlMs: 1 } });
  const mix = { create: 3, claim: 2, heartbeat: 1, complete: 0, reclaim: 0 };
  const workload = { ...trial.assignment().workload, mix, operations: 20 };
  await trial.workElsewhere('w1.0', { workload });
  return trial.work(['w2.0'], { workload: { ...workload, mix: { ...mix, complete: 1, reclaim: 3 }, operations: 60 } });
}
