import { rmdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { processesWith } from '../kernel/kin.ts';
import { signal, sleepSync, stateOf } from '../kernel/process.ts';

/** What the supervisor says, a line of JSON each: half a line, cut off by a kill, must not name half a path. */
export type ToReaper =
  /** A process of the run. */
  | { type: 'adopt'; pid: number }
  /** One that has ended. */
  | { type: 'release'; pid: number }
  /** A folder that goes with all that is in it. */
  | { type: 'folder'; path: string }
  /** A folder that goes if nothing is in it, so that evidence stays. */
  | { type: 'keep'; path: string }
  | { type: 'farewell' };

/** A process that was killed finishes the system call that it is in; until then it may make files. */
const DEATH_MS = 10_000;
const POLL_MS = 5;

const adopted = new Set<number>();
const folders: string[] = [];
const parents: string[] = [];
let farewell = false;

/**
 * Entry of the reaper: a process that outlives a supervisor that is killed. It is told on standard input which processes
 * and which folders are the run's; when the input ends without a farewell, it ends the processes and removes the folders.
 */
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const told = parse(line);
  if (told?.type === 'adopt') adopted.add(told.pid);
  else if (told?.type === 'release') adopted.delete(told.pid);
  else if (told?.type === 'folder') folders.push(told.path);
  else if (told?.type === 'keep') parents.push(told.path);
  else if (told?.type === 'farewell') farewell = true;
});
lines.on('close', () => {
  if (!farewell) reap();
});

function parse(line: string): ToReaper | undefined {
  try {
    return JSON.parse(line) as ToReaper;
  } catch {
    return undefined;
  }
}

/** Every child leads a process group of its own; what it has started itself is in it. */
function killGroup(leader: number): void {
  // It may have just been born, and lead nothing yet.
  signal(leader, 'SIGKILL');
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Nobody is left in it.
  }
}

/**
 * A child that was born in the supervisor's last moment was never named. It shares the compile cache with all others,
 * this process included, and would make that folder anew.
 */
function siblings(): number[] {
  const { NODE_COMPILE_CACHE: shared } = process.env;
  return shared === undefined ? [] : processesWith('NODE_COMPILE_CACHE', shared);
}

function reap(): void {
  for (const pid of adopted) killGroup(pid);
  for (const deadline = performance.now() + DEATH_MS; performance.now() < deadline; sleepSync(POLL_MS)) {
    const left = siblings();
    for (const pid of left) signal(pid, 'SIGKILL');
    if (left.length === 0 && [...adopted].every((pid) => stateOf(pid) === 'gone')) break;
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  for (const parent of parents) {
    try {
      rmdirSync(parent);
    } catch {
      // Something worth keeping is in it.
    }
  }
}
