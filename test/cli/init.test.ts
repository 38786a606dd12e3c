import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { crashboard, PROJECT } from '../support/crashboard.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { treeOf } from '../support/tree.ts';

const FILES = ['.github/workflows/crashboard.yml', 'crashboard.config.ts', 'scenarios/our-board.ts'];

describe('init', () => {
  it('in an empty project writes a config, a scenario and a workflow, whose commands run as they are', async () => {
    const cwd = temporaryFolder();
    const { exitCode, stdout } = await crashboard(['init'], { cwd });
    expect(exitCode).toBe(0);
    for (const file of FILES) expect(stdout).toContain(`wrote ${file}\n`);
    // As `npm install --save-dev crashboard` leaves it.
    mkdirSync(join(cwd, 'node_modules', '.bin'), { recursive: true });
    symlinkSync(PROJECT, join(cwd, 'node_modules', 'crashboard'));
    symlinkSync('../crashboard/src/cli/crashboard.cjs', join(cwd, 'node_modules', '.bin', 'crashboard'));
    const workflow = readFileSync(join(cwd, FILES[0] ?? ''), 'utf8');
    const commands = [...workflow.matchAll(/- run: (.*)/g)].map(([, command]) => command ?? '');
    expect(commands).toEqual(['npm ci', 'npx crashboard run']);
    const PATH = `${join(PROJECT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
    const env = { PATH, HOME: process.env['HOME'] ?? '/', CRASHBOARD_TRIALS: '1' };
    const run = await execa(commands[1] ?? '', { shell: true, cwd, env, extendEnv: false, reject: false, all: true });
    expect(run.exitCode, run.all).toBe(0);
    expect(run.stdout).toContain('Controls: 1 of 1 known-bad variants caught as expected');
    expect(readdirSync(join(cwd, 'reports', 'latest'))).toContain('junit.xml');
  });

  it('writes over nothing', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'crashboard.config.mjs'), 'export default {};');
    mkdirSync(join(cwd, 'scenarios'));
    writeFileSync(join(cwd, 'scenarios', 'our-board.ts'), 'mine');
    const first = await crashboard(['init'], { cwd });
    expect(first.stdout).toContain('kept  scenarios/our-board.ts, which was there');
    expect(first.stdout).toContain('wrote .github/workflows/crashboard.yml');
    expect(readFileSync(join(cwd, 'scenarios', 'our-board.ts'), 'utf8')).toBe('mine');
    // Another ending is a config as well.
    expect(readdirSync(cwd)).not.toContain('crashboard.config.ts');
    const before = treeOf(cwd);
    const second = await crashboard(['init'], { cwd });
    expect(second.exitCode).toBe(0);
    expect(second.stdout).not.toContain('wrote');
    expect(treeOf(cwd)).toEqual(before);
  });

  it('writes nothing where something is in the way', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'scenarios'), 'a file');
    const { exitCode, stderr } = await crashboard(['init'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/scenarios is a file: .* cannot be written; nothing was written/);
    expect(readdirSync(cwd)).toEqual(['scenarios']);
    expect((await crashboard(['init', './gone'], { cwd })).stderr).toMatch(/\.\/gone: no such folder/);
  });
});
