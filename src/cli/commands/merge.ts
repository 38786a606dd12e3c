import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { readBlob, type FoundBlob } from '../../report/blob.ts';
import { merge } from '../../report/merge.ts';
import { clearRunFolder, makeRunFolder, type RunFolder } from '../../run/output-folder.ts';
import { exitCodeOf, finish, say } from '../finish.ts';
import { addReportOptions, chooseReporters, reportFlags } from '../reporting.ts';

/** `crashboard merge`: makes one run of the shards of a plan. */
export function mergeCommand(): Command {
  const command = new Command('merge')
    .description('make one run of shards: judge all of their trials together, and tell the result')
    .argument('<folders...>', 'folders of the shards, or their blob.json')
    .option('--output <folder>', 'where the result goes', 'reports');
  return addReportOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (places: string[], flags: { output: string }) => {
      process.exitCode = await mergeRuns(places, flags);
    });
}

const EXAMPLES = `
Examples:
  crashboard run sigkill-storm --seed 7f3a --shard 1/2 --output shard-1     on one machine
  crashboard run sigkill-storm --seed 7f3a --shard 2/2 --output shard-2     on another
  crashboard merge shard-1 shard-2 --reporter html,junit`;

async function mergeRuns(places: readonly string[], flags: { output: string }): Promise<number> {
  const blobs = places.map(readBlob);
  const { result, ...told } = merge(blobs);
  const reporters = await chooseReporters(reportFlags(flags), ['html']);
  const startedAt = result.startedAt.toISOString().slice(0, 19).replaceAll(':', '-');
  const folder = makeRunFolder(flags.output, `${startedAt}-${result.plan.seed}-merged`);
  let finished = false;
  try {
    for (const blob of blobs) bringOver(blob, folder);
    const exitCode = exitCodeOf(result);
    const problems = await finish(result, { ...told, exitCode, folder }, reporters, undefined);
    finished = true;
    if (result.failure) throw result.failure;
    return say(problems, exitCode);
  } finally {
    clearRunFolder(folder, finished);
  }
}

/** What a shard found comes along: timelines are in its blob, the files of failed trials lie beside it. */
function bringOver(blob: FoundBlob, folder: RunFolder): void {
  for (const [path, timeline] of Object.entries(blob.timelines)) {
    // A blob comes from elsewhere: nothing in it may point out of the folder.
    if (!/^timelines\/[\w.-]+\.json$/.test(path)) continue;
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), JSON.stringify(timeline));
  }
  const trials = join(blob.folder, 'trials');
  if (existsSync(trials)) cpSync(trials, folder.trials, { recursive: true });
}
