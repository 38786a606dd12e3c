import { readFileSync, readdirSync } from 'node:fs';
import { signal, stateOf } from '../../src/kernel/process.ts';
import { eventually } from './eventually.ts';

/** A process as `/proc` shows it. */
export interface Process {
  pid: number;
  parent: number;
  /** Its arguments, separated by spaces. */
  command: string;
}

/** Every process of the machine. */
export function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ').trim();
        return { pid: Number(name), parent: Number(parent), command };
      } catch {
        // It has ended between two calls.
        return [];
      }
    });
}

/** The live processes below one, its children first. */
export function descendantsOf(pid: number): Process[] {
  const all = processes().filter((process) => stateOf(process.pid) !== 'gone');
  const below = (parents: readonly number[]): Process[] => {
    const children = all.filter(({ parent }) => parents.includes(parent));
    return children.length === 0 ? [] : [...children, ...below(children.map((child) => child.pid))];
  };
  return below([pid]);
}

/**
 * Every process that runs below an output folder have started and that is alive, whoever its parent is by now: they all
 * carry the path of their run's compile cache in their environment. The supervisor itself does not.
 */
export function startedBelow(output: string): Process[] {
  return processes().filter(({ pid }) => stateOf(pid) !== 'gone' && environmentOf(pid).includes(`=${output}/`));
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/** Waits for processes that stand still for a while: a fault that kills stops its victim too, for a moment. */
export async function stoppedFor(timeMs: number, among: () => Process[]): Promise<Process[]> {
  const since = new Map<number, number>();
  let found: Process[] = [];
  await eventually('a process stands still', () => {
    const stopped = among().filter(({ pid }) => stateOf(pid) === 'stopped');
    for (const pid of since.keys()) if (!stopped.some((process) => process.pid === pid)) since.delete(pid);
    for (const { pid } of stopped) if (!since.has(pid)) since.set(pid, performance.now());
    found = stopped.filter(({ pid }) => performance.now() - (since.get(pid) ?? Infinity) >= timeMs);
    return found.length > 0;
  });
  return found;
}

/** Waits until processes are gone. @returns how long that took, in milliseconds. */
export async function untilGone(pids: readonly number[], limitMs: number): Promise<number> {
  const startMs = performance.now();
  const left = (): number[] => pids.filter((pid) => stateOf(pid) !== 'gone');
  await eventually(`processes ${pids.join(', ')} end`, () => left().length === 0, limitMs);
  return Math.round(performance.now() - startMs);
}

/** Ends a process of ours and everything below it. */
export async function endTree(pid: number): Promise<void> {
  const pids = [pid, ...descendantsOf(pid).map((process) => process.pid)];
  for (const each of pids) signal(each, 'SIGKILL');
  await untilGone(pids, 15_000);
}
