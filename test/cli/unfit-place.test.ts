import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ScenarioInput } from '../../src/scenario/schema.ts';
import { crashboard } from '../support/crashboard.ts';
import { startedBelow } from '../support/processes.ts';
import { LONG, SHORT, scenarioFile } from '../support/scenario-file.ts';
import { whyNotTraced } from '../support/strace.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const notTraced = await whyNotTraced();
const FROZEN_CLOCK = new URL('../fixtures/frozen-clock.cjs', import.meta.url).pathname;

describe.skipIf(notTraced)('a file system whose locks are of no use', () => {
  /** The program among system calls that answer wrongly, for the database with which it tries the file system out. */
  async function amongLocksThat(answer: string) {
    const output = join(temporaryFolder(), 'output');
    const probe = join(output, '2026-01-01T00-00-00-unfit', 'work', 'templates', 'probe.db');
    const paths = [probe, `${probe}-shm`].flatMap((path) => ['-P', path]);
    const before = ['strace', '-f', '-qq', '-o', '/dev/null', ...paths, '-e', `inject=fcntl:${answer}`];
    const node = ['--require', FROZEN_CLOCK];
    const result = await crashboard(['run', scenarioFile(SHORT), '--seed', 'unfit'], { output, before, node });
    return { ...result, left: readdirSync(join(output, '..')) };
  }

  it.each([
    ['does not know any', 'error=ENOLCK', /SQLite cannot work safely on this file system \(.*\)/],
    ['refuses them', 'error=EINVAL', /SQLite cannot work safely on this file system \(.*\)/],
    [
      'grants them to everybody',
      'retval=0:poke_exit=@arg3=0200',
      /\(two processes held the write lock of one database at the same time\)/,
    ],
  ])('that %s is refused before anything runs on it', async (_what, answer, reason) => {
    const { exitCode, stdout, stderr, left } = await amongLocksThat(answer);
    expect(exitCode, stderr).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(reason);
    expect(stderr).toContain('choose a folder on a local file system with POSIX locks as --output');
    expect(left).toEqual([]);
  });
});

describe('a disk that is full', () => {
  /** Mounts a file system in memory, of this size; gone after the test. @returns where it is, or why it is not. */
  async function smallDisk(size: string): Promise<{ folder: string; problem?: string }> {
    const folder = join(temporaryFolder(), 'disk');
    mkdirSync(folder);
    const mount = await execa('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { reject: false });
    if (mount.failed) return { folder, problem: `a small disk cannot be mounted here: ${mount.shortMessage}` };
    onTestFinished(async () => void (await execa('umount', [folder])));
    return { folder };
  }

  const BRIEF: ScenarioInput = { ...SHORT, workload: { mix: { create: 1 }, operations: 5 } };

  it.for([
    ['at once', '4k', [SHORT]],
    ['while the locks are tried', '16k', [SHORT]],
    ['while the workers write', '1500k', [{ ...SHORT, durationMs: 20_000 }]],
    ['while workers are killed and replaced, after a cell with results', '2m', [BRIEF, LONG]],
  ] as const)('%s (%s): the run ends, says so, and leaves nothing', async ([_when, size, scenarios], { skip }) => {
    const { folder, problem } = await smallDisk(size);
    skip(problem !== undefined, problem);
    const output = join(folder, 'output');
    const { exitCode, stdout, stderr } = await crashboard(['run', ...scenarios.map(scenarioFile)], { output });
    expect(exitCode, stderr).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^crashboard: the disk is full: .*; nothing of this run was kept\nMake room, or .*--output\n$/m,
    );
    expect(stderr.includes('[1/2]')).toBe(scenarios[0] === BRIEF);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(startedBelow(output)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
