import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseReporters, spellOutOptions } from '../../src/cli/reporting.ts';
import { sourceFile } from '../support/scenario-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('--output-file.<name>', () => {
  it.each([
    [
      ['--output-file.junit', 'x.xml'],
      ['--output-file.<name>', 'junit=x.xml'],
    ],
    [['--output-file.junit=a=b.xml'], ['--output-file.<name>', 'junit=a=b.xml']],
    [
      ['--output-file.csv', '-', '--bail'],
      ['--output-file.<name>', 'csv=-', '--bail'],
    ],
    [['--output-file.csv'], ['--output-file.<name>']],
    [
      ['--reporter', 'csv'],
      ['--reporter', 'csv'],
    ],
  ])('%j is spelled out as %j', (args, spelled) => {
    expect(spellOutOptions(args)).toEqual(spelled);
  });
});

describe('reporters', () => {
  it('are those of the defaults unless some are named; each is there once', async () => {
    expect((await chooseReporters({}, ['html'])).map(({ reporter }) => reporter.name)).toEqual(['html']);
    const chosen = await chooseReporters({ reporter: ['csv', 'junit', 'csv'] }, ['html']);
    expect(chosen.map(({ reporter }) => reporter.name)).toEqual(['csv', 'junit']);
  });

  it('write over their own files, over empty ones, and over nobody else’s', async () => {
    const folder = temporaryFolder();
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const [ours, empty, theirs] = [file('ours', 'crashboard_seed,'), file('empty', ''), file('theirs', '<x>mine</x>')];
    const choose = (path: string): Promise<unknown> =>
      chooseReporters({ reporter: ['csv'], outputFile: { csv: path } }, []);
    await expect(choose(ours)).resolves.toBeDefined();
    await expect(choose(empty)).resolves.toBeDefined();
    await expect(choose(theirs)).rejects.toThrow(/crashboard did not write it; move it away or give another path/);
    expect(readFileSync(theirs, 'utf8')).toBe('<x>mine</x>');
    mkdirSync(join(folder, 'folder'));
    await expect(choose(join(folder, 'folder'))).rejects.toThrow(/is a folder; give the path of a file/);
    await expect(choose(join(theirs, 'below.csv'))).rejects.toThrow(/is a file; give another path/);
  });

  it.each([
    ['of no such name', 'junti', /no reporter is named "junti" — did you mean "junit"\?/],
    ['of no such file', './gone.ts', /--reporter \.\/gone\.ts: no such file/],
  ])('%s are refused', async (_what, name, message) => {
    await expect(chooseReporters({ reporter: [name] }, [])).rejects.toThrow(message);
  });

  it('that are not on have no file', async () => {
    await expect(chooseReporters({ outputFile: { junit: 'x.xml' } }, ['html'])).rejects.toThrow(
      /--output-file\.junit: no reporter of that name is on; there are html/,
    );
  });

  it.each([
    ['that throws', 'throw new Error("boom");', /the file does not load: Error: boom/],
    ['without one', 'export default {};', /no reporter in it; expected `export default \{ name, render/],
    [
      'whose class cannot be made',
      'export default class { constructor() { throw 1 } };',
      /the reporter cannot be made: 1/,
    ],
  ])('in a module %s are refused', async (_what, text, message) => {
    await expect(chooseReporters({ reporter: [sourceFile('mine.mjs', text)] }, [])).rejects.toThrow(message);
  });
});
