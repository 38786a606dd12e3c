import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { refusalCodes } from '../board/refused.ts';
import { readHistory } from '../history/reader.ts';
import type { Failed, HistoryRecord, Invoke, Ok } from '../history/record.ts';
import { TRIAL_FILES, type Observation, type TrialFacts } from '../trial/facts.ts';
import { deflate } from './deflate.ts';
import { LaneSpans } from './lane-spans.ts';
import { packSpans } from './pack.ts';
import type { InFlight, Lane, Sign, SpanOutcome, Strike, Timeline } from './timeline.ts';

/** A timeline keeps about so many operations apart; of more, quiet ones that lie close together become one. */
const SPANS_MAX = 100_000;
/** An operation takes about so many bytes of history. */
const BYTES_PER_OPERATION = 90;
const DURATION_MS_UNKNOWN = 60_000;
/** So many signs of one kind in one lane: they repeat themselves. */
const SIGNS_MAX = 5;
const LOCK_SAMPLES_MAX = 5000;
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB|IOERR)/;

/**
 * Reads what happened in a trial out of its folder: `trial.json`, the histories and what the observer saw. The database
 * is not touched.
 * @param directory the folder of a trial that is over.
 * @throws where the folder lacks `trial.json` or a history is broken.
 */
export function extractTimeline(directory: string): Timeline {
  const facts = JSON.parse(readFileSync(join(directory, TRIAL_FILES.facts), 'utf8')) as TrialFacts;
  const histories = join(directory, TRIAL_FILES.histories);
  const files = readdirSync(histories).filter((file) => /^[wd]\d.*\.history$/.test(file));
  const names = [...new Set(files.map((file) => laneOf(workerOf(file))))].toSorted(inNaturalOrder);
  const bytes = files.reduce((sum, file) => sum + statSync(join(histories, file)).size, 0);
  const isLarge = bytes / BYTES_PER_OPERATION > SPANS_MAX;
  // A trial that was made rather than run has no duration.
  const durationMs = facts.durationMs || DURATION_MS_UNKNOWN;
  const grainUs = isLarge ? Math.ceil((durationMs * 1000 * names.length) / SPANS_MAX) : 0;
  const collected = new Collected(names, facts, grainUs);
  for (const file of files.toSorted(inNaturalOrder)) {
    collected.readWorker(workerOf(file), readHistory(join(histories, file)));
  }
  collected.addObservations(linesOf(join(directory, TRIAL_FILES.observations)));
  collected.addLockSamples(linesOf(join(directory, TRIAL_FILES.lockSamples)));
  return collected.timeline();
}

function linesOf(path: string): unknown[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as unknown);
}

function workerOf(file: string): string {
  return file.slice(0, -'.history'.length);
}

/** `w3.1` is the second process in the third place; `w3.1.2` its third thread. */
export function laneOf(worker: string): string {
  const [slot = worker, , thread] = worker.split('.');
  return thread === undefined ? slot : `${slot} thread ${thread}`;
}

const NATURAL = new Intl.Collator('en', { numeric: true });

function inNaturalOrder(a: string, b: string): number {
  return NATURAL.compare(a, b);
}

/** What is known of a trial so far. */
class Collected {
  readonly #names: readonly string[];
  readonly #facts: TrialFacts;
  readonly #grainUs: number;
  readonly #lanes: Lane[];
  readonly #spans: LaneSpans[];
  readonly #signs: Sign[] = [];
  readonly #signCounts = new Map<string, number>();
  readonly #inFlight: InFlight[] = [];
  readonly #laneOfPid = new Map<number, number>();
  readonly #lockSamples: [number, number][] = [];
  #total = 0;
  #endUs = 0;

  constructor(names: readonly string[], facts: TrialFacts, grainUs: number) {
    this.#names = names;
    this.#facts = facts;
    this.#grainUs = grainUs;
    this.#lanes = names.map((name) => ({ name, workers: [] }));
    this.#spans = names.map(() => new LaneSpans(grainUs));
  }

  readWorker(worker: string, records: Iterable<HistoryRecord>): void {
    const index = this.#names.indexOf(laneOf(worker));
    const lane = this.#lanes[index] as Lane;
    const life = { worker, pid: 0, fromUs: Infinity, toUs: 0, how: this.#howEnded(worker) };
    let invoke: Invoke | undefined;
    for (const record of records) {
      if (record.type === 'header') {
        life.pid = record.pid;
        this.#laneOfPid.set(record.pid, Math.min(index, this.#laneOfPid.get(record.pid) ?? index));
        continue;
      }
      const atUs = inUs(record.atNs);
      life.fromUs = Math.min(life.fromUs, atUs);
      life.toUs = Math.max(life.toUs, atUs);
      if (record.type === 'note') this.#noteSign(index, record.name, record.data, atUs);
      else if (record.type === 'invoke') invoke = record;
      else if (invoke) {
        this.#settle(index, invoke, record);
        invoke = undefined;
      }
    }
    if (invoke) this.#leave(index, worker, invoke, life);
    if (life.fromUs === Infinity) life.fromUs = 0;
    if (life.how === 'crashed') this.#sign('crashes', index, life.toUs, `${worker} died on its own`);
    lane.workers.push(life);
    this.#endUs = Math.max(this.#endUs, life.toUs);
  }

  /** What nobody but the observer could see. */
  addObservations(lines: readonly unknown[]): void {
    for (const seen of lines as Observation[]) {
      if (seen.kind === 'end') continue;
      const atUs = inUs(seen.atNs);
      if (seen.kind === 'wal-index') {
        const text = `WAL index: ${seen.backfilled} frames said to be checkpointed of ${seen.frames}`;
        this.#sign('wal-index', null, atUs, text);
      } else {
        const what = seen.kind === 'deleted-sidecar' ? 'was deleted under' : 'was replaced under';
        const name = seen.path.slice(seen.path.lastIndexOf('/') + 1);
        this.#sign('sidecars', this.#laneOfPid.get(seen.pid) ?? null, atUs, `${name} ${what} process ${seen.pid}`);
      }
    }
  }

  addLockSamples(lines: readonly unknown[]): void {
    for (const { pid, atNs } of (lines as { pid: number; atNs: number }[]).slice(0, LOCK_SAMPLES_MAX)) {
      const lane = this.#laneOfPid.get(pid);
      if (lane !== undefined) this.#lockSamples.push([lane, inUs(atNs)]);
    }
  }

  timeline(): Timeline {
    const { cell, trial, faults } = this.#facts;
    const strikes = faults.map(
      (record): Strike => ({
        fault: record.fault,
        worker: record.worker,
        lanes: this.#lanesOf(record.worker),
        atUs: inUs(record.atNs),
        durationUs: record.fault === 'pause' ? record.durationMs * 1000 : 0,
        aim: record.aim,
        inTransaction: record.inTransaction,
        locks: Object.entries(record.locks ?? {}).flatMap(([name, isHeld]) => (isHeld ? [name] : [])),
        inFlight: record.fault === 'kill' ? this.#inFlight.filter(({ worker }) => isOf(worker, record.worker)) : [],
      }),
    );
    const spans = this.#spans.map((lane) => lane.spans.toSorted((a, b) => a.startUs - b.startUs));
    return {
      version: 1,
      scenario: cell.scenario,
      cell: cell.id,
      trial: trial.trial,
      seed: trial.seed,
      endUs: Math.max(this.#endUs, ...strikes.map(({ atUs }) => atUs), ...this.#signs.map(({ atUs }) => atUs)),
      lanes: this.#lanes,
      strikes,
      signs: this.#signs,
      lockSamples: this.#lockSamples,
      operations: {
        total: this.#total,
        spans: spans.reduce((sum, lane) => sum + lane.length, 0),
        grainUs: this.#grainUs,
        leftOut: this.#spans.reduce((sum, lane) => sum + lane.leftOut, 0),
      },
      packed: deflate(packSpans(spans)),
    };
  }

  #settle(index: number, invoke: Invoke, record: Ok | Failed): void {
    this.#total++;
    const startUs = inUs(invoke.atNs);
    const endUs = Math.max(startUs, inUs(record.atNs));
    const outcome = outcomeOf(record);
    this.#spans[index]?.add({ startUs, endUs, kind: invoke.kind, outcome, count: 1 });
    if (record.type !== 'ok' && DAMAGE.test(record.code)) {
      this.#sign('integrity', index, endUs, `${record.code}: ${record.message}`);
    }
  }

  /** An operation without an outcome lasted until its worker was gone. */
  #leave(index: number, worker: string, invoke: Invoke, life: { toUs: number }): void {
    this.#total++;
    const struck = this.#facts.faults.find((record) => record.fault === 'kill' && isOf(worker, record.worker));
    const startUs = inUs(invoke.atNs);
    const endUs = Math.max(startUs, struck ? inUs(struck.atNs) : life.toUs);
    life.toUs = endUs;
    this.#spans[index]?.add({ startUs, endUs, kind: invoke.kind, outcome: 'in-flight', count: 1 });
    const fate = invoke.event === 0 ? 'nothing' : 'unknown';
    this.#inFlight.push({
      worker,
      kind: invoke.kind,
      request: invoke.request,
      sinceUs: startUs,
      event: invoke.event,
      fate,
    });
  }

  #noteSign(index: number, name: string, data: unknown, atUs: number): void {
    if (name === 'hazard') {
      this.#sign('hazard', index, atUs, `first ${(data as { label: string }).label}`);
    } else if (name === 'lock-audit') {
      const { missing } = data as { missing: string[] };
      this.#sign('locks', index, atUs, `inside a write transaction without its lock: ${missing.join(', ')}`);
    }
  }

  #sign(check: string, lane: number | null, atUs: number, text: string): void {
    const key = `${check} ${lane}`;
    const count = (this.#signCounts.get(key) ?? 0) + 1;
    this.#signCounts.set(key, count);
    if (count <= SIGNS_MAX) this.#signs.push({ check, lane, atUs, text: text.slice(0, 300) });
  }

  #howEnded(worker: string): string {
    return this.#facts.exits.find((exit) => isOf(worker, exit.worker))?.how ?? 'unknown';
  }

  #lanesOf(worker: string): number[] {
    return this.#lanes.flatMap(({ workers }, index) =>
      workers.some((life) => isOf(life.worker, worker)) ? [index] : [],
    );
  }
}

/** Whether a history belongs to a process: its own, or that of one of its threads. */
function isOf(history: string, process: string): boolean {
  return history === process || history.startsWith(`${process}.`);
}

function outcomeOf(record: Ok | Failed): SpanOutcome {
  if (record.type === 'ok') return 'ok';
  if (record.type === 'info') return 'info';
  return refusalCodes.has(record.code) ? 'refused' : 'fail';
}

function inUs(ns: number): number {
  return Math.max(0, Math.round(ns / 1000));
}
