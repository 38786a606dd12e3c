import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import type { CellJson } from '../../src/report/run-schema.ts';
import { crashboard } from '../support/crashboard.ts';
import { aCell, aRun, aViolatedCell } from '../support/run-json.ts';
import { BRIEF, BRIEFLY_UNSAFE, scenarioFile, sourceFile } from '../support/scenario-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('--reporter', () => {
  it('chooses what is written: names, a path of one’s own, a class', async () => {
    const object = sourceFile('mine.ts', 'export default { render: ({ run }) => `${run.cells.length} cells\\n` };\n');
    const ofClass = sourceFile(
      'counting.mjs',
      `export default class { name = 'counting'; file = 'count.txt'; render({ run }) { return String(run.cells.length); } }`,
    );
    const args = ['--reporter', 'junit,csv', '--reporter', object, '--reporter', ofClass];
    const { exitCode, folder, stdout } = await crashboard(['run', scenarioFile(BRIEF), ...args]);
    expect(exitCode).toBe(0);
    const files = ['cells.csv', 'count.txt', 'junit.xml', 'run.json', 'timelines'];
    expect(readdirSync(folder).toSorted()).toEqual(files);
    expect(readFileSync(join(folder, 'count.txt'), 'utf8')).toBe('1');
    expect(stdout).toMatch(/\n1 cells\n$/);
  });

  it('and --output-file say where: a file, or standard output for a format alone', async () => {
    const cwd = temporaryFolder();
    const args = [
      '--reporter',
      'junit',
      '--reporter=csv',
      '--output-file.junit',
      'build/deep/junit.xml',
      '--output-file.csv=-',
    ];
    const { exitCode, stdout, stderr } = await crashboard(['run', scenarioFile(BRIEF), ...args], { cwd });
    expect(exitCode).toBe(0);
    expect(XMLValidator.validate(readFileSync(join(cwd, 'build/deep/junit.xml'), 'utf8'))).toBe(true);
    expect(stdout.split('\r\n')).toHaveLength(3);
    expect(stdout).toMatch(/^crashboard_seed,/);
    expect(stderr).toContain('Safe: 1 of 1 strategies');
  });

  it('tells of a reporter that fails, and keeps the results', async () => {
    const path = sourceFile('mine.ts', 'export default { render() { throw new Error("boom"); } };\n');
    const { exitCode, stderr, stdout, run } = await crashboard(['run', scenarioFile(BRIEF), '--reporter', path]);
    expect(stderr).toContain('crashboard: the mine report was not written: boom');
    expect(exitCode).toBe(4);
    expect(stdout).toContain('Safe: 1 of 1 strategies');
    expect(run().cells).toHaveLength(1);
  });

  it('under GitHub Actions annotates by itself, and nothing that is quoted acts as a command', async () => {
    const summary = join(temporaryFolder(), 'summary.md');
    writeFileSync(summary, 'before\n');
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, CI: 'true' };
    const { exitCode, stdout, folder } = await crashboard(['run', scenarioFile(BRIEFLY_UNSAFE)], { env });
    expect(exitCode).toBe(1);
    const [, token] = /^::stop-commands::(\w+)\n/.exec(stdout) ?? [];
    expect(stdout).toMatch(
      new RegExp(`::${token}::\n::error title=soon-unsafe%3A rollback::.*%0Areplay: crashboard run .*\n$`),
    );
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n<!-- crashboard -->\n/);
    expect(existsSync(join(folder, 'report.html'))).toBe(true);
  });
});

describe('what cannot be', () => {
  it('is refused before anything is done', async () => {
    const cwd = temporaryFolder();
    const refused = async (...args: string[]): Promise<string> => {
      const { exitCode, stderr } = await crashboard(['run', scenarioFile(BRIEF), ...args], { cwd, output: null });
      expect(exitCode).toBe(2);
      expect(readdirSync(cwd)).toEqual([]);
      return stderr;
    };
    const all = await Promise.all([
      refused('--reporter', 'junti'),
      refused('--output-file.junit'),
      refused('--shard', '1/2'),
      refused('--shard', '3/2', '--seed', 'a'),
      refused('--shard', '2/2', '--seed', 'a'),
      refused('--quiet', '--verbose'),
    ]);
    expect(all).toEqual([
      expect.stringMatching(/no reporter is named "junti" — did you mean "junit"\?; there are html, /),
      expect.stringMatching(/option '--output-file\.<name> <path>' argument missing/),
      expect.stringMatching(/--shard needs --seed: all shards must be parts of one plan/),
      expect.stringMatching(/expected i\/n with n up to 1000 and i from 1 to n, such as 2\/4/),
      expect.stringMatching(/there are fewer trials than shards/),
      expect.stringMatching(/exclude each other/),
    ]);
  });
});

describe('report', () => {
  it('tells a run again, and in other formats', async () => {
    const { folder, stdout } = await crashboard(['run', scenarioFile(BRIEFLY_UNSAFE), '--seed', 'a']);
    const again = await crashboard(['report', folder], { cwd: temporaryFolder() });
    expect(again.exitCode).toBe(0);
    // But for the way to the folder, it is the same.
    const withoutPlaces = (text: string): string => text.replaceAll(/(results in|report:) .*\n/g, '');
    expect(withoutPlaces(again.stdout)).toBe(withoutPlaces(stdout));
    const page = readFileSync(join(folder, 'report.html'), 'utf8');
    const markdown = await crashboard(['report', folder, '--reporter', 'html,markdown', '--output-file.markdown', '-']);
    expect(markdown.stdout).toMatch(/^<!-- crashboard -->\n/);
    expect(readFileSync(join(folder, 'report.html'), 'utf8')).toBe(page);
  });

  it('refuses what is no run', async () => {
    const { exitCode, stderr } = await crashboard(['report', temporaryFolder()]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/no run\.json in it; give the folder of a run, such as reports\/latest/);
  });
});

describe('compare', () => {
  it('is a gate: 1 where something got worse, 0 where nothing did, 2 where there is nothing to compare', async () => {
    const folder = temporaryFolder();
    const stored = (name: string, ...cells: CellJson[]): string => {
      const path = join(folder, name);
      writeFileSync(path, JSON.stringify(aRun(cells)));
      return path;
    };
    const [good, bad] = [stored('good.json', aCell('x')), stored('bad.json', aViolatedCell('x', 'broken'))];
    const [worse, better, json, nothing] = await Promise.all([
      crashboard(['compare', good, bad]),
      crashboard(['compare', bad, good]),
      crashboard(['compare', good, good, '--json']),
      crashboard(['compare', good, stored('other.json', aCell('y'))]),
    ]);
    expect(worse.exitCode).toBe(1);
    expect(worse.stdout).toContain('✗ storm: x was safe and is unsafe');
    expect(better.exitCode).toBe(0);
    expect(better.stdout).toContain('Nothing got worse.');
    expect(JSON.parse(json.stdout)).toMatchObject({ regressions: [], cells: [{ verdict: 'same', before: 'safe' }] });
    expect(nothing.exitCode).toBe(2);
    expect(nothing.stderr).toContain('have no cell in common');
  });
});
