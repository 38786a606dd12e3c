import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';
import { onTestFinished } from 'vitest';
import { runSchema, type RunJson } from '../../src/report/run-schema.ts';
import { eventually } from './eventually.ts';
import { endTree } from './processes.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** The program as a user starts it. */
export const BIN = fileURLToPath(new URL('../../src/cli/crashboard.cjs', import.meta.url));

/** Where relative paths on the command line begin. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export interface Circumstances {
  /** Where results go; a new folder that does not exist yet unless given. `null` leaves the option out. */
  output?: string | null;
  /** Variables besides those that every program needs. */
  env?: Record<string, string>;
  /** Options of Node itself. */
  node?: string[];
  /** What is started before Node, such as `strace -f`. */
  before?: string[];
  cwd?: string;
  /** Account that runs it. */
  uid?: number;
}

export interface Finished {
  exitCode: number | undefined;
  signal: string | undefined;
  stdout: string;
  stderr: string;
  /** Both, as they were written. */
  all: string;
  /** What was given as `--output`. */
  output: string;
  /** The folder of the last run below it. */
  folder: string;
  /** `run.json` of that run, checked against its schema. @throws if there is none. */
  run: () => RunJson;
}

/** A run that is under way. */
export interface UnderWay {
  pid: number;
  output: string;
  /** Resolves when it has ended, however it did. */
  finished: Promise<Finished>;
  /** What it has said on standard error so far. */
  said: () => string;
}

/** Starts the real program; whatever is left of it when the test is over is ended. */
export function startCrashboard(args: readonly string[], circumstances: Circumstances = {}): UnderWay {
  const { before = [], node = [], env = {}, uid, cwd = PROJECT } = circumstances;
  const output = circumstances.output ?? join(temporaryFolder(), 'output');
  const where = ['run', 'explore'].includes(args[0] ?? '') && circumstances.output !== null ? ['--output', output] : [];
  const [file = '', ...rest] = [...before, process.execPath, ...node, BIN, ...args, ...where];
  const options = {
    cwd,
    // Nothing of the test runner's own: it sets NO_COLOR, NODE_OPTIONS and others.
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/', ...env },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    all: true,
    stdin: 'ignore',
    ...(uid === undefined ? {} : { uid, gid: uid }),
    // A process group of its own, as a shell gives it: so that a test can press Ctrl-C.
    detached: true,
    cleanup: false,
  } as const satisfies Options;
  const child = execa(file, rest, options);
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${file}`);
  let isOver = false;
  onTestFinished(async () => {
    if (!isOver) await endTree(pid);
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const finished = child.then(({ exitCode, signal, stdout, stderr, all }): Finished => {
    isOver = true;
    const folder = join(output, 'latest');
    const run = (): RunJson => runSchema.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
    return { exitCode, signal, stdout, stderr, all, output, folder, run };
  });
  return { pid, output, finished, said: () => said };
}

/** Runs the real program to its end. */
export function crashboard(args: readonly string[], circumstances: Circumstances = {}): Promise<Finished> {
  return startCrashboard(args, circumstances).finished;
}

/** Waits until the workers of a trial are at work: each has begun its history. */
export async function untilTrial(run: UnderWay, trial: string, workers: number): Promise<void> {
  const histories = join(run.output, '*', 'work', trial, 'history', 'w*.history');
  await eventually(`${workers} workers work in ${trial}`, () => globSync(histories).length >= workers);
}

/** A cell of a run, by its id. @throws if the run has none of that name. */
export function cellOf({ cells }: RunJson, id: string): RunJson['cells'][number] {
  const cell = cells.find((candidate) => candidate.id === id);
  if (!cell) throw new Error(`no cell ${id}; there are ${cells.map((candidate) => candidate.id).join(', ')}`);
  return cell;
}
