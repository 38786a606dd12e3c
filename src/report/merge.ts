import type { Cell } from '../scenario/plan.ts';
import type { RunResult } from '../run/run.ts';
import { judge } from '../verdict/cell-result.ts';
import type { Blob, FoundBlob } from './blob.ts';
import { ReportError } from './reporter.ts';
import type { RunJson } from './run-schema.ts';

/** Shards judged as the one run that they are the parts of. */
export interface Merged {
  result: RunResult;
  scenarios: RunJson['scenarios'];
  environment: RunJson['environment'];
  sections: RunJson['sections'];
  /** Command line that repeats a cell. */
  replay: (cell: { cell: Cell }) => string;
}

/**
 * Puts shards together. Every trial is judged again as if one run had made all of them.
 * @throws {ReportError} if they are not parts of one plan, or not all of them.
 */
export function merge(blobs: readonly FoundBlob[]): Merged {
  const [first] = blobs;
  if (!first) throw new ReportError('there is nothing to merge; give the folders of the shards');
  refuseStrangers(first, blobs);
  refuseGaps(blobs);
  const runs = blobs.map(({ run }) => run);
  const cells = first.plan.cells.map((planned) => judgeCell(planned, blobs));
  const replays = new Map(runs.flatMap((run) => run.cells.map((cell) => [`${cell.scenario}/${cell.id}`, cell.replay])));
  const failures = runs.flatMap(({ failure }) => failure ?? []);
  return {
    result: {
      plan: { ...first.plan, cells: cells.map(({ cell }) => cell) },
      cells: cells.filter(({ trials }) => trials > 0),
      sqliteVersion: first.run.environment.sqlite,
      startedAt: new Date(Math.min(...runs.map(({ startedAt }) => Date.parse(startedAt)))),
      durationMs: runs.reduce((sum, { durationMs }) => sum + durationMs, 0),
      interrupted: runs.some(({ interrupted }) => interrupted),
      failure: failures[0] === undefined ? undefined : new Error(failures[0]),
    },
    scenarios: [...new Map(runs.flatMap(({ scenarios }) => scenarios).map((each) => [each.name, each])).values()],
    environment: first.run.environment,
    sections: runs.flatMap(({ sections }) => sections),
    replay: ({ cell }) => replays.get(`${cell.scenario}/${cell.id}`) ?? '',
  };
}

function judgeCell(planned: Blob['plan']['cells'][number], blobs: readonly FoundBlob[]) {
  const judged = blobs
    .flatMap((blob) => blob.judged)
    .filter(({ facts }) => facts.cell.scenario === planned.scenario && facts.cell.id === planned.id)
    .toSorted((a, b) => a.facts.trial.trial - b.facts.trial.trial);
  const trials = judged.map(({ facts }) => ({ ...facts.trial, faults: [] }));
  return judge({ ...planned, trials }, judged);
}

function refuseStrangers(first: FoundBlob, blobs: readonly FoundBlob[]): void {
  for (const { plan, path, run } of blobs) {
    if (plan.digest !== first.plan.digest) {
      throw new ReportError(
        `${path} is of plan ${plan.digest}, ${first.path} of plan ${first.plan.digest}: merge shards of one plan, made with the same scenarios, options and --seed`,
      );
    }
    if (run.environment.sqlite !== first.run.environment.sqlite) {
      const versions = `${run.environment.sqlite} in ${path}, ${first.run.environment.sqlite} in ${first.path}`;
      throw new ReportError(`the shards ran on different versions of SQLite (${versions}): make them again on one`);
    }
  }
}

function refuseGaps(blobs: readonly FoundBlob[]): void {
  const whole = blobs.find(({ run }) => !run.shard);
  if (whole && blobs.length > 1)
    throw new ReportError(`${whole.path} is a whole run: there is nothing to merge it with`);
  if (whole) return;
  const seen = new Map<number, string>();
  const of = blobs[0]?.run.shard?.of ?? 0;
  for (const { run, path } of blobs) {
    const { index, of: parts } = run.shard ?? { index: 0, of: 0 };
    if (parts !== of) throw new ReportError(`${path} is shard ${index}/${parts}, others are of ${of}`);
    const before = seen.get(index);
    if (before !== undefined) throw new ReportError(`${path} and ${before} are both shard ${index}/${of}`);
    seen.set(index, path);
  }
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => !seen.has(index));
  if (missing.length > 0) {
    throw new ReportError(
      `shard ${missing.map((index) => `${index}/${of}`).join(', ')} is missing: give the folders of all ${of}`,
    );
  }
}
