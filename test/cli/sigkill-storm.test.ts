import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cellOf, crashboard } from '../support/crashboard.ts';

const EARLY_SIGNS = ['locks', 'sidecars', 'wal-index'];

it('keeps the board under SIGKILL with immediate transactions, and shows that the run can see damage', async () => {
  const { exitCode, stdout, stderr, run, output, folder } = await crashboard([
    'run',
    'sigkill-storm',
    '--strategy',
    'immediate',
    '--trials',
    '1',
  ]);
  expect(exitCode, stdout + stderr).toBe(0);
  const json = run();
  expect(json).toMatchObject({ exitCode: 0, interrupted: false });
  expect(json.cells.map(({ id }) => id)).toEqual(['immediate', 'control-raw-read', 'control-raw-shm']);

  const { kills, operations, verdict, findings } = cellOf(json, 'immediate');
  expect(verdict).toBe('safe');
  expect(findings.filter(({ severity }) => severity === 'violation')).toEqual([]);
  expect(kills.total).toBeGreaterThan(0);
  expect(kills.inTransaction).toBeGreaterThan(0);
  expect(operations.lost).toBe(0);
  expect(operations.acknowledged).toBeGreaterThan(100);

  for (const id of ['control-raw-read', 'control-raw-shm']) {
    const control = cellOf(json, id);
    const checks = new Set(
      control.findings.filter(({ severity }) => severity === 'violation').map(({ check }) => check),
    );
    expect(control, id).toMatchObject({ control: true, verdict: 'unsafe', outcome: 'held' });
    expect(checks.size, `${id} was caught by ${[...checks].join(', ')}`).toBeGreaterThanOrEqual(2);
    expect(
      EARLY_SIGNS.some((check) => checks.has(check)),
      id,
    ).toBe(true);
    const evidence = control.findings.map((finding) => finding.evidence ?? 'none');
    expect(evidence.filter((path) => !existsSync(join(folder, path)))).toEqual([]);
  }

  expect(stdout).toMatch(/0 of [\d,]+ acknowledged operations lost\s+in \d+ kills, \d+ of them measured/);
  expect(stdout).toContain('Controls: 2 of 2 known-bad variants caught as expected');
  expect(readdirSync(join(folder, 'trials')).toSorted()).toEqual([
    'sigkill-storm-control-raw-read-1',
    'sigkill-storm-control-raw-shm-1',
  ]);
  expect(readdirSync(folder).toSorted()).toEqual(['report.html', 'run.json', 'timelines', 'trials']);
  expect(readdirSync(output)).toContain(readlinkSync(folder));
});

it('catches a planted hazard, names the mechanism, and prints a line that catches it again', async () => {
  const { exitCode, stdout, run } = await crashboard(['run', 'test/fixtures/planted-shm-read.ts']);
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('lock cancellation');
  expect(stdout).toContain('is unsafe, not as expected: safe');
  const [, line = ''] = /replay: crashboard (.*)/.exec(stdout) ?? [];
  const json = run();
  expect(cellOf(json, 'immediate').replay).toBe(`crashboard ${line}`);
  expect(line).toBe(`run test/fixtures/planted-shm-read.ts --cell immediate --seed ${json.seed}`);

  const again = await crashboard(line.split(' '));
  expect(again.exitCode, again.stdout).toBe(1);
  expect(again.run()).toMatchObject({ seed: json.seed, planDigest: json.planDigest });
});
