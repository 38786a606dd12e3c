import { expect, it } from 'vitest';
import { crashboard } from '../support/crashboard.ts';

/** Those that take long under a busy machine are left to `crashboard explore`. */
it.each([
  [['claim-race', '--bound', '1']],
  [['idempotent-create']],
  [['dispatcher-lease', '--situation', 'two-ticks,no-lock-file', '--bound', '1']],
  [['fresh-open-journal', '--strategy', 'wal-or-delete', '--bound', '1']],
  [['stale-lease', '--strategy', 'unguarded,recommended', '--situation', 'slept-past-ttl', '--bound', '1']],
  [['duplicate-column', '--strategy', 'duplicate-tolerant,init-mutex', '--bound', '1']],
])('%j comes out as it expects', async (args) => {
  const { exitCode, stdout } = await crashboard(['explore', ...args]);
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('none fails');
  expect(stdout).toContain('crashboard replay');
});

it('crashboard run carries explorations out as well', async () => {
  const { exitCode, stdout } = await crashboard(['run', 'idempotent-create', '--strategy', 'pragma-stat']);
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('created twice: 2 tasks for one request');
});
