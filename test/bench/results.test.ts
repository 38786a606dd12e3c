import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { comparisonOf, readResults, type BenchResults } from '../../src/bench/results.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const resultsWith = (median: number, sqlite = '3.54.1'): BenchResults => ({
  version: 1,
  takenAt: '2026-01-01T00:00:00.000Z',
  machine: { cpus: 2, model: 'x', kernel: '6', fileSystem: 'ext4', load: [0] },
  versions: { node: 'v24', sqlite },
  benchmarks: [{ name: 'policy-cost', measures: [{ name: 'plain', unit: 'µs', median, samples: [median] }] }],
});

it('tells what became of each median', () => {
  const path = join(temporaryFolder(), 'bench.json');
  writeFileSync(path, JSON.stringify(resultsWith(10)));
  expect(comparisonOf(readResults(path), resultsWith(12))).toMatch(/policy-cost: plain: 10\.0 → 12\.0 µs, × 1\.20$/);
});

it('says where the two do not compare', () => {
  expect(comparisonOf(resultsWith(10), resultsWith(10))).not.toMatch(/do not compare/);
  expect(comparisonOf(resultsWith(10, '3.50.4'), resultsWith(10))).toMatch(/do not compare/);
});

it('refuses what is no result', () => {
  const path = join(temporaryFolder(), 'mine.json');
  writeFileSync(path, '{}');
  expect(() => readResults(path)).toThrow(/is no result of npm run bench/);
});
