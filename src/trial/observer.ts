import { appendFileSync, closeSync, openSync, readSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sinceNs } from '../kernel/clock.ts';
import { lostSidecarsOf, sidecarIdentities } from '../kernel/descriptors.ts';
import { stateOf } from '../kernel/process.ts';
import { readWalIndexHeader } from '../kernel/wal-index.ts';
import { holdsWriteLock } from '../kernel/write-lock.ts';
import { codeOf, messageOf } from '../strategy/errors.ts';
import { TRIAL_FILES, type Observation } from './facts.ts';

/**
 * Entry of the observer: a process of its own that looks at a running trial from outside. It has no SQLite connection,
 * so opening `-shm` here cancels nobody's locks; the supervisor does not open it at all.
 */
export type ToObserver =
  | { type: 'watch'; databasePath: string; epochNs: string; output: string }
  | { type: 'pids'; pids: number[] }
  | { type: 'unwatch' };

/** What the observer says: that all is written, or why it gives up. */
export type FromObserver = { type: 'unwatched' } | { type: 'failed'; code: string; message: string };

const SAMPLE_MS = 15;
/** An observer takes no more than a tenth of its time. */
const BUSY_SHARE = 0.1;
/**
 * So many samples in a row must agree. A connection that closes last unlinks the sidecars just before it lets go of them,
 * and a WAL that restarts resets two counters one after the other: neither lasts, unless a process stands still there.
 */
const SAMPLES_NEEDED = 3;

class Watch {
  readonly #databasePath: string;
  readonly #epochNs: bigint;
  readonly #output: string;
  readonly #lost = new Map<string, number>();
  /** Files that the sidecars have been: one that was renamed is known again. */
  readonly #known = new Map<string, string>();
  #walIndex = { key: '', samples: 0 };
  #samples = 0;
  pids: number[] = [];

  constructor(databasePath: string, epochNs: string, output: string) {
    this.#databasePath = databasePath;
    this.#epochNs = BigInt(epochNs);
    this.#output = output;
  }

  sample(): void {
    this.#samples++;
    const states = this.pids.map((pid) => [pid, stateOf(pid)] as const);
    const running = states.filter(([, state]) => state === 'running').map(([pid]) => pid);
    this.#lookForLostSidecars(running);
    this.#lookForWriter(states.filter(([, state]) => state !== 'gone').map(([pid]) => pid));
    const stopped = states.some(([, state]) => state === 'stopped');
    if (!stopped) this.#lookAtWalIndex();
  }

  end(): void {
    this.#write({ kind: 'end', atNs: sinceNs(this.#epochNs), samples: this.#samples });
  }

  #lookForLostSidecars(pids: readonly number[]): void {
    for (const [identity, path] of sidecarIdentities(this.#databasePath)) this.#known.set(identity, path);
    const seen = new Set<string>();
    for (const pid of pids) {
      for (const { descriptor, path, how } of lostSidecarsOf(pid, this.#databasePath, this.#known)) {
        const key = `${pid} ${descriptor} ${path}`;
        seen.add(key);
        const samples = (this.#lost.get(key) ?? 0) + 1;
        this.#lost.set(key, samples);
        if (samples !== SAMPLES_NEEDED) continue;
        this.#write({ kind: `${how}-sidecar`, atNs: sinceNs(this.#epochNs), pid, path, samples });
      }
    }
    for (const key of this.#lost.keys()) if (!seen.has(key)) this.#lost.delete(key);
  }

  /** At most one process holds the write lock: for the timeline, a sample of who. */
  #lookForWriter(pids: readonly number[]): void {
    const pid = pids.find((candidate) => holdsWriteLock(candidate, this.#databasePath));
    if (pid === undefined) return;
    const path = join(dirname(this.#output), TRIAL_FILES.lockSamples);
    appendFileSync(path, `${JSON.stringify({ pid, atNs: sinceNs(this.#epochNs) })}\n`);
  }

  #lookAtWalIndex(): void {
    const header = readHeader(`${this.#databasePath}-shm`);
    const bad = header !== undefined && header.backfilled > header.frames;
    if (!bad) {
      this.#walIndex = { key: '', samples: 0 };
      return;
    }
    const key = `${header.backfilled} ${header.frames}`;
    const samples = key === this.#walIndex.key ? this.#walIndex.samples + 1 : 1;
    this.#walIndex = { key, samples };
    if (samples !== SAMPLES_NEEDED) return;
    this.#write({ kind: 'wal-index', atNs: sinceNs(this.#epochNs), ...header, samples });
  }

  #write(observation: Observation): void {
    appendFileSync(this.#output, `${JSON.stringify(observation)}\n`);
  }
}

function readHeader(path: string): { backfilled: number; frames: number } | undefined {
  if (!statSync(path, { throwIfNoEntry: false })) return undefined;
  try {
    const descriptor = openSync(path, 'r');
    try {
      return readWalIndexHeader((buffer) => readSync(descriptor, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Unlinked between two calls.
    return undefined;
  }
}

let watch: Watch | undefined;

function tick(): void {
  const startedMs = performance.now();
  watch?.sample();
  const tookMs = performance.now() - startedMs;
  setTimeout(tick, Math.max(SAMPLE_MS, tookMs / BUSY_SHARE));
}

process.on('disconnect', () => process.exit());
process.on('message', (message: ToObserver) => {
  if (message.type === 'watch') watch = new Watch(message.databasePath, message.epochNs, message.output);
  else if (message.type === 'pids' && watch) watch.pids = message.pids;
  else if (message.type === 'unwatch') {
    watch?.end();
    watch = undefined;
    say({ type: 'unwatched' });
  }
});
// It cannot write, for one: a run whose early signs nobody sees is not to go on.
process.on('uncaughtException', (error) => {
  say({ type: 'failed', code: codeOf(error), message: messageOf(error) }, () => process.exit(1));
});
tick();

function say(message: FromObserver, then = (): void => {}): void {
  process.send?.(message, then);
}
