import { expect, it } from 'vitest';
import { bundled } from '../../../src/engine/bundled.ts';
import { cellsOf } from '../../../src/explore/cells.ts';
import { confirm } from '../../../src/explore/confirm/confirm.ts';
import { DepthFirst } from '../../../src/explore/scheduler/depth-first.ts';
import { search } from '../../../src/explore/search.ts';
import { Setting } from '../../../src/explore/world.ts';
import { loadExploration } from '../../../src/scenario/load.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function found(scenario: string, strategy: string, situation: string) {
  const exploration = await loadExploration(scenario, '.');
  const [cell] = cellsOf(exploration, { strategies: [strategy], situations: [situation] });
  if (!cell) throw new Error('no such cell');
  const folder = temporaryFolder();
  const setting = new Setting(cell.situation, cell.axes, bundled, folder);
  const bound = cell.situation.bound ?? exploration.bound;
  const { failing } = search(setting, new DepthFirst({ bound, prune: true }), { timeMs: Infinity, progress: () => {} });
  if (!failing) throw new Error('nothing was found');
  const wanted = { scenario, directory: '.', folder, compileCache: temporaryFolder(), cell, engine: bundled };
  return { wanted, failing };
}

it.each([
  ['duplicate-column', 'unguarded', 'threads', 'duplicate column name'],
  ['duplicate-column', 'unguarded', 'processes', 'duplicate column name'],
  ['duplicate-column', 'init-flock', 'holder-hangs', 'waits for ever'],
  ['claim-race', 'deferred', 'overtaken', 'SQLITE_BUSY_SNAPSHOT'],
  ['stale-lease', 'unguarded', 'slept-past-ttl', 'stale complete'],
  ['stale-lease', 'unguarded', 'killed-in-complete', 'delayed child'],
])('real processes do the same: %s, %s, %s', async (scenario, strategy, situation, failure) => {
  const { wanted, failing } = await found(scenario, strategy, situation);
  const { confirmed, seen } = await confirm({ ...wanted, schedule: failing.moves });
  expect(seen).toContain(failure);
  expect(confirmed).toBe(true);
});

it('does not confirm what real processes do not do: a check that only the explorer fails', async () => {
  const { wanted, failing } = await found('duplicate-column', 'unguarded', 'processes');
  let asked = 0;
  const check = () => (asked++ === 0 ? 'a failure of the explorer alone' : undefined);
  const cell = { ...wanted.cell, situation: { ...wanted.cell.situation, check } };
  expect(await confirm({ ...wanted, cell, schedule: failing.moves })).toEqual({
    confirmed: false,
    seen: 'nothing failed',
  });
});
