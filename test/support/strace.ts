import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** Why system calls cannot be traced here; `undefined` where they can. */
export async function whyNotTraced(): Promise<string | undefined> {
  const { exitCode, code, stderr } = await execa('strace', ['-f', '-o', '/dev/null', 'true'], { reject: false });
  if (code === 'ENOENT') return 'strace is not installed';
  return exitCode === 0 ? undefined : `strace cannot trace here: ${stderr.split('\n')[0]}`;
}

/** The calls that open files or make processes. */
const CALLS = 'open,openat,openat2,creat,execve,clone,fork,vfork,clone3';
/** What goes through a ring is no system call: so there are no rings. */
const WITHOUT_RINGS = 'inject=io_uring_setup:error=ENOSYS';

/** The command that traces what stands behind it, with all its children, into a folder. */
export function tracing(folder: string): string[] {
  const how = ['-ff', '-ttt', '-s', '4096', '--seccomp-bpf', '-qq', '-e', 'signal=none'];
  return ['strace', ...how, '-e', `trace=${CALLS},io_uring_setup`, '-e', WITHOUT_RINGS, '-o', join(folder, 'trace')];
}

/** A file that was opened. */
export interface Opening {
  path: string;
  /** As strace names them: `O_RDONLY|O_CLOEXEC`. */
  flags: string;
  /** Seconds, on the clock that all processes share. */
  at: number;
}

/** What a process did, all its threads together. */
export interface TracedProcess {
  pid: number;
  /** As strace shows its last `execve`; empty for one that never executed another program. */
  command: string;
  openings: Opening[];
}

interface Task {
  id: number;
  command: string;
  openings: Opening[];
  threads: number[];
}

/** Reads what {@link tracing} wrote. */
export function processesIn(folder: string): TracedProcess[] {
  const tasks = new Map(
    readdirSync(folder).map((name) => {
      const id = Number(name.slice('trace.'.length));
      return [id, taskOf(id, readFileSync(join(folder, name), 'latin1'))];
    }),
  );
  const threads = new Set([...tasks.values()].flatMap((task) => task.threads));
  const withThreads = (task: Task): Task[] => [
    task,
    ...task.threads.flatMap((id) => tasks.get(id) ?? []).flatMap(withThreads),
  ];
  return [...tasks.values()]
    .filter(({ id }) => !threads.has(id))
    .map((task) => {
      const openings = withThreads(task).flatMap((each) => each.openings);
      return { pid: task.id, command: task.command, openings: openings.toSorted((a, b) => a.at - b.at) };
    });
}

const LINE = /^(?<at>[\d.]+) (?<call>\w+)\((?<args>.*)\) += (?<result>-?\d+)/;

function taskOf(id: number, text: string): Task {
  const task: Task = { id, command: '', openings: [], threads: [] };
  for (const line of text.split('\n')) {
    const { at = '0', call = '', args = '', result = '-1' } = LINE.exec(line)?.groups ?? {};
    if (call === 'execve' && result === '0') task.command = args;
    else if (/^(open|openat|openat2|creat)$/.test(call)) task.openings.push({ ...openedBy(args), at: Number(at) });
    else if (args.includes('CLONE_THREAD')) task.threads.push(Number(result));
  }
  return task;
}

function openedBy(args: string): { path: string; flags: string } {
  const [, path = '', rest = ''] = /"((?:[^"\\]|\\.)*)"(.*)/.exec(args) ?? [];
  return { path, flags: /O_[A-Z_|]+/.exec(rest)?.[0] ?? '' };
}
