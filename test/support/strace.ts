import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** Why system calls cannot be traced here; `undefined` where they can. */
export async function whyNotTraced(): Promise<string | undefined> {
  const { exitCode, code, stderr } = await execa('strace', ['-f', '-o', '/dev/null', 'true'], { reject: false });
  if (code === 'ENOENT') return 'strace is not installed';
  return exitCode === 0 ? undefined : `strace cannot trace here: ${stderr.split('\n')[0]}`;
}

/** The calls that open files or make threads and processes. */
const CALLS = 'open,openat,openat2,creat,execve,clone,fork,vfork,clone3';
/** What goes through a ring is no system call: so there are no rings. */
const WITHOUT_RINGS = 'inject=io_uring_setup:error=ENOSYS';

/**
 * The command that traces the program behind it, with all its threads, into a folder. A child is let go when it executes
 * a program of its own: strace is not up to workers that are stopped and killed.
 */
export function tracing(folder: string): string[] {
  const how = ['-ff', '-b', 'execve', '-ttt', '-s', '4096', '-qq', '-e', 'signal=none'];
  return ['strace', ...how, '-e', `trace=${CALLS},io_uring_setup`, '-e', WITHOUT_RINGS, '-o', join(folder, 'trace')];
}

/** A file that was opened. */
export interface Opening {
  path: string;
  /** As strace names them: `O_RDONLY|O_CLOEXEC`. */
  flags: string;
  /** Milliseconds since 1970. */
  atMs: number;
}

interface Task {
  id: number;
  /** The arguments of its `execve`, as strace shows them. */
  command: string;
  openings: Opening[];
  threads: number[];
}

/**
 * What the traced process opened, on whatever thread; nothing of what its children did.
 * @param folder as given to {@link tracing}. @param program the path of a file that it was started with.
 * @throws if there is not exactly one such process.
 */
export function openingsOf(folder: string, program: string): Opening[] {
  const names = readdirSync(folder);
  const tasks = names.map((name) =>
    taskOf(Number(name.slice('trace.'.length)), readFileSync(join(folder, name), 'latin1')),
  );
  const roots = tasks.filter(({ command }) => command.includes(`"${program}"`));
  if (roots.length !== 1) throw new Error(`${roots.length} of ${names.length} traced tasks were started as ${program}`);
  const withThreads = (task: Task): Task[] => [
    task,
    ...tasks.filter(({ id }) => task.threads.includes(id)).flatMap(withThreads),
  ];
  return roots
    .flatMap(withThreads)
    .flatMap(({ openings }) => openings)
    .toSorted((a, b) => a.atMs - b.atMs);
}

const LINE = /^(?<at>[\d.]+) (?<call>\w+)\((?<args>.*)\) += (?<result>-?\d+)/;

function taskOf(id: number, text: string): Task {
  const task: Task = { id, command: '', openings: [], threads: [] };
  for (const line of text.split('\n')) {
    const { at = '0', call = '', args = '', result = '-1' } = LINE.exec(line)?.groups ?? {};
    if (call === 'execve' && result === '0') task.command = args;
    else if (/^(open|openat|openat2|creat)$/.test(call)) {
      task.openings.push({ ...openedBy(args), atMs: Number(at) * 1000 });
    } else if (args.includes('CLONE_THREAD')) task.threads.push(Number(result));
  }
  return task;
}

function openedBy(args: string): { path: string; flags: string } {
  const [, path = '', rest = ''] = /"((?:[^"\\]|\\.)*)"(.*)/.exec(args) ?? [];
  return { path, flags: /O_[A-Z_|]+/.exec(rest)?.[0] ?? '' };
}
