import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VACUITY } from '../../src/check/checks/vacuity.ts';
import { CHECKS } from '../../src/check/index.ts';

const files = (folder: string): string[] =>
  readdirSync(new URL(folder, import.meta.url)).map((file) => file.replace(/(\.test)?\.ts$/, ''));

describe('the checks', () => {
  it('are those that lie in the folder, under the names of their files', () => {
    const names = [...CHECKS.map(({ name }) => name), VACUITY.name];
    expect(names.toSorted()).toEqual(files('../../src/check/checks').toSorted());
  });

  it('have tests of their own, each of them', () => {
    expect(files('checks').toSorted()).toEqual(files('../../src/check/checks').toSorted());
  });

  it('begin with those that see damage coming', () => {
    expect(CHECKS.slice(0, 3).map(({ name }) => name)).toEqual(['locks', 'sidecars', 'wal-index']);
    expect(CHECKS.map(({ isEarlySign }) => isEarlySign).lastIndexOf(true)).toBe(2);
  });
});
