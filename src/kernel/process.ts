import { readFileSync } from 'node:fs';

/**
 * Whether a process with this id exists (also one that is stopped or not yet waited for).
 * @param pid a positive process id.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Sends a signal; a process that is gone already is not an error.
 * @returns whether the process was there to get it.
 */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  // kill(2) takes 0 and negative numbers for whole groups, and 1 is nobody's child.
  if (!Number.isInteger(pid) || pid < 2) throw new RangeError(`not the id of a process of ours: ${pid}`);
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Signals by which a process dies of what it does itself. All others come from outside: SIGKILL when memory is short. */
const OWN_DEATHS: readonly string[] = ['SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGABRT', 'SIGTRAP', 'SIGSYS'];

/** Whether a process that a signal ended died of its own doing. */
export function isOwnDeath(signal: string): boolean {
  return OWN_DEATHS.includes(signal);
}

/** State letters of proc(5) that matter here. */
export type ProcessState = 'running' | 'stopped' | 'gone';

/** What a process is doing, by `/proc/<pid>/stat`; only Linux can tell. */
export function stateOf(pid: number): ProcessState {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return 'gone';
  }
  // The command name may hold spaces and parentheses: the state follows the last ')'.
  const letter = stat.charAt(stat.lastIndexOf(')') + 2);
  if (letter === 'T' || letter === 't') return 'stopped';
  return letter === 'Z' || letter === 'X' ? 'gone' : 'running';
}

/** Blocks this thread for a while without using the processor. Fractions of a millisecond are kept. */
export function sleepSync(delayMs: number): void {
  Atomics.wait(SLEEP_CELL, 0, 0, delayMs);
}

const SLEEP_CELL = new Int32Array(new SharedArrayBuffer(4));
