import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRun, readRun } from '../../src/report/read-run.ts';
import { aCell, aRun } from '../support/run-json.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function folderWith(text: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'run.json'), text);
  return folder;
}

describe('a stored run', () => {
  const run = aRun([aCell('good')]);

  it('is found by its folder, its file, or the output folder', () => {
    const output = temporaryFolder();
    mkdirSync(join(output, 'one'));
    writeFileSync(join(output, 'one', 'run.json'), JSON.stringify(run));
    symlinkSync('one', join(output, 'latest'));
    for (const place of [output, join(output, 'one'), join(output, 'one', 'run.json'), join(output, 'latest')]) {
      expect(openRun(place)).toEqual({ run, folder: join(output, 'one') });
    }
  });

  it('of version 1 is read: it has no figures of single trials', () => {
    const { sections: _, shard: _shard, ...old } = run;
    const cells = old.cells.map(({ perTrial: _perTrial, label: _label, ...cell }) => cell);
    const read = readRun({ ...old, version: 1, cells }, 'run.json');
    expect(read.cells[0]).toMatchObject({ id: 'good', label: 'good', perTrial: [] });
  });

  it.each([
    ['that is not there', '/nowhere/at/all', /^\/nowhere\/at\/all: no such file or folder; give the folder of a run/],
    ['that is an empty folder', temporaryFolderNow(), /: no run\.json in it; give the folder of a run/],
  ])('%s is refused', (_what, place, message) => {
    expect(() => openRun(place)).toThrow(message);
  });

  it.each([
    [
      'of a later version',
      { ...run, version: 99 },
      /version 99 of run\.json; this crashboard reads up to 2\. Use a newer/,
    ],
    ['of another program', { hello: 1 }, /is not a run\.json of crashboard: no version in it/],
    ['with a field that is wrong', { ...run, seed: 5 }, /is not as crashboard writes it:[^]*→ at seed/],
    ['of version 1 that is malformed', { version: 1, cells: 'none' }, /is not as crashboard writes it/],
  ])('%s is refused', (_what, json, message) => {
    expect(() => readRun(json, 'x/run.json')).toThrow(message);
    expect(() => openRun(folderWith(JSON.stringify(json)))).toThrow(message);
  });

  it('that is not JSON is refused', () => {
    expect(() => openRun(folderWith('{"version": 2'))).toThrow(/is not JSON/);
  });
});

/** `it.each` wants its table before any test begins. */
function temporaryFolderNow(): string {
  return '/proc/self/task';
}
