import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { writeWhole } from '../../run/output-folder.ts';
import { ScenarioError } from '../../scenario/define.ts';
import type { Bench } from '../bench.ts';
import type { CellMeasurement } from '../cell-measurement.ts';
import { benchEnvironmentSchema, type BenchEnvironment } from '../environment.ts';
import type { SweepCell } from '../grid.ts';
import { METRICS, valuesOf } from '../metric.ts';

const values = z.record(z.string(), z.array(z.number()));

const baselineSchema = z.strictObject({
  kind: z.literal('crashboard-baseline'),
  version: z.literal(1),
  crashboard: z.string(),
  savedAt: z.iso.datetime(),
  bench: z.string(),
  trialMs: z.number(),
  environment: benchEnvironmentSchema,
  /** By everything that a cell was set to: what each metric was in each repetition. */
  cells: z.record(z.string(), z.strictObject({ id: z.string(), values })),
});

/** What a sweep came to, kept for later ones to be compared with. */
export type Baseline = z.output<typeof baselineSchema>;

/** Where these differ, numbers say nothing about the code. */
const MUST_AGREE = ['platform', 'cpu', 'cores', 'memoryMiB', 'fileSystem', 'sqlite'] as const;
/** Where these differ, the comparison is marked. */
const OUGHT_TO_AGREE = ['kernel', 'node'] as const;

/** @throws {ScenarioError} for a file that is not there, or is no baseline. */
export function readBaseline(path: string): Baseline {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ScenarioError(`--baseline ${path}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
  const found = jsonIn(text);
  const result = baselineSchema.safeParse(found);
  if (result.success) return result.data;
  const isForeign = (found as { kind?: unknown } | undefined)?.kind !== 'crashboard-baseline';
  const what = isForeign ? 'is no baseline of crashboard' : `is broken:\n${z.prettifyError(result.error)}`;
  throw new ScenarioError(`--baseline ${path}: ${what}\nWrite one with crashboard bench … --save-baseline FILE`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Refuses, before anything is measured, a place where a baseline cannot go. A baseline of ours may be replaced. */
export function refuseForeignFile(path: string): void {
  const folder = dirname(resolve(path));
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new ScenarioError(`--save-baseline ${path}: there is no folder ${dirname(path)}`);
  if (!existsSync(path)) return;
  const isFile = statSync(path).isFile();
  const found = isFile ? jsonIn(readFileSync(path, 'utf8')) : undefined;
  if ((found as { kind?: unknown } | undefined)?.kind === 'crashboard-baseline') return;
  throw new ScenarioError(`--save-baseline ${path}: is there and is no baseline of crashboard; give another name`);
}

/**
 * Refuses to compare what was measured elsewhere.
 * @param here SQLite may be left out as long as it is not known.
 * @throws {ScenarioError} for another machine, file system or SQLite.
 */
export function refuseForeignBaseline(
  path: string,
  { environment }: Baseline,
  here: Omit<BenchEnvironment, 'sqlite'> & { sqlite?: string },
): void {
  const differences = MUST_AGREE.filter((key) => here[key] !== undefined && here[key] !== environment[key]);
  if (differences.length === 0) return;
  const told = differences.map((key) => `${key}: ${environment[key]} there, ${here[key]} here`);
  throw new ScenarioError(
    `--baseline ${path}: was measured elsewhere, and numbers of two machines, file systems or SQLites do not compare\n` +
      `${told.map((line) => `  ${line}`).join('\n')}\nMeasure it again here: crashboard bench … --save-baseline FILE`,
  );
}

/** What makes a comparison less than like with like, in words. */
export function marksOf(baseline: Baseline, here: BenchEnvironment, version: string, trialMs: number): string[] {
  const marks = OUGHT_TO_AGREE.filter((key) => baseline.environment[key] !== here[key]).map(
    (key) => `${key} ${baseline.environment[key]} there, ${here[key]} here`,
  );
  if (baseline.crashboard !== version) marks.push(`crashboard ${baseline.crashboard} there, ${version} here`);
  if (baseline.trialMs !== trialMs) marks.push(`trials of ${baseline.trialMs} ms there, ${trialMs} ms here`);
  return marks;
}

/** Under which name a cell stands in a baseline: all that it is set to. */
export function baselineKey({ mix, tasks }: Bench, { settings }: SweepCell): string {
  return JSON.stringify({ ...settings, mix, tasks });
}

/** Writes a baseline: completely or not at all. */
export function saveBaseline(
  path: string,
  bench: Bench,
  cells: readonly CellMeasurement[],
  about: Pick<Baseline, 'crashboard' | 'trialMs' | 'environment'>,
): void {
  const baseline: Baseline = {
    kind: 'crashboard-baseline',
    version: 1,
    savedAt: new Date().toISOString(),
    bench: bench.name,
    ...about,
    cells: Object.fromEntries(
      cells.map((measurement) => {
        const { cell, repetitions } = measurement;
        const own = METRICS.map((metric) => [metric.name, valuesOf(metric, repetitions)]);
        const values = Object.fromEntries(own) as Record<string, number[]>;
        return [baselineKey(bench, cell), { id: cell.id, values }];
      }),
    ),
  };
  writeWhole(path, `${JSON.stringify(baselineSchema.parse(baseline), null, 1)}\n`);
}
