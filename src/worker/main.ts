import { flushCompileCache } from 'node:module';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { bundled } from '../engine/bundled.ts';
import { codeOf, messageOf } from '../strategy/errors.ts';
import { InProcessState } from '../strategy/in-process.ts';
import type { Assignment, FromWorker, ToWorker, WorkerReports } from './assignment.ts';
import { BoardWorker } from './board-worker.ts';
import { loop } from './loop.ts';
import { Flag } from './flag.ts';
import type { WorkerThreads } from './threads.ts';

/** Exit code of a worker whose own part failed: the harness, not the board. */
const HARNESS_FAILED = 70;

const stopMemory = Flag.allocate();
const stop = new Flag(stopMemory);
/** Ends a rest of the event loop when the flag is set. */
const wake = new AbortController();

/** Entry of a worker process: gets ready, takes one assignment over IPC, works it off, ends. */
async function main(): Promise<void> {
  const threadCount = Number(process.argv[2] ?? '1');
  // A supervisor that is gone cannot say stop any more.
  process.on('disconnect', () => process.exit());
  // Loaded before there is an assignment, so that a replacement finds everything warm.
  void bundled.sqliteVersion;
  const threads = threadCount > 1 ? await (await import('./threads.ts')).WorkerThreads.start(threadCount) : undefined;
  flushCompileCache();

  const assigned = new Promise<Assignment>((resolve) => {
    process.on('message', (message: ToWorker) => {
      if (message.type === 'stop') {
        stop.set();
        wake.abort();
      } else resolve(message.assignment);
    });
  });
  void say({ type: 'ready' });
  await work(await assigned, threads);
  await say({ type: 'done' });
  process.disconnect();
}

async function work(assignment: Assignment, threads: WorkerThreads | undefined): Promise<void> {
  const reports: WorkerReports = {
    running: () => void say({ type: 'running' }),
    damaged: () => void say({ type: 'damaged' }),
  };
  if (threads) return threads.run(assignment, stopMemory, reports);
  const worker = new BoardWorker(
    assignment.worker,
    assignment,
    bundled,
    new InProcessState(InProcessState.allocate()),
    reports,
  );
  try {
    for (const restMs of loop(worker, assignment, stop)) await rest(restMs);
  } finally {
    worker.close();
  }
}

async function rest(restMs: number): Promise<void> {
  if (restMs === 0) await setImmediate();
  else await setTimeout(restMs, undefined, { signal: wake.signal }).catch(() => {});
}

function say(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (!process.send) throw new Error('this module is started by the supervisor, over IPC');
    process.send(message, () => resolve());
  });
}

main().catch(async (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  await say({ type: 'failed', code: codeOf(error), message: messageOf(error) });
  process.exit(HARNESS_FAILED);
});
