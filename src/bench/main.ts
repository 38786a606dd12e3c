import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled } from '../engine/bundled.ts';
import { fileSystemOf } from '../kernel/file-system.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { BENCHMARKS } from './index.ts';
import { comparisonOf, readResults, type BenchResults } from './results.ts';
import { median } from '../sweep/statistics/quantile.ts';
import { onStage } from './stage.ts';
import { tableOf } from './table.ts';

const USAGE = `Usage: npm run bench -- [options] [benchmark…]

Measures Crashboard itself, side by side with what it is compared with. Without names, runs all benchmarks.

${BENCHMARKS.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`).join('\n')}

Options:
  --directory DIR  disk to run on: a temporary folder is made there, and removed (default: the system's)
  --output FILE    where the results go as JSON (default: reports/bench-<date>.json)
  --compare FILE   an earlier result of this machine: prints what became of each median
  --help           this text
`;

/** Exit codes: as asked for, a benchmark failed, bad arguments. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

interface Arguments {
  benchmarks: Benchmark[];
  directory: string;
  output: string;
  earlier: BenchResults | undefined;
}

/** Entry of `npm run bench`. */
async function main(): Promise<number> {
  let wanted: Arguments | undefined;
  try {
    wanted = readArguments();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return EXIT.usage;
  }
  if (!wanted) {
    process.stdout.write(USAGE);
    return EXIT.done;
  }
  const { benchmarks, directory, output, earlier } = wanted;
  process.stdout.write(`on ${directory} (${fileSystemOf(directory)}), load ${loadavg()[0]?.toFixed(1)}\n`);
  const results: Record<string, Measure[]> = {};
  await onStage(directory, async (stage) => {
    for (const benchmark of benchmarks) {
      process.stdout.write(`\n${benchmark.name}: ${benchmark.summary}\n`);
      const measures = await benchmark.run(stage);
      results[benchmark.name] = measures;
      process.stdout.write(`${tableOf(measures)}\n`);
    }
  });
  const written = writeResults(output, directory, results);
  if (earlier) process.stdout.write(`\n${comparisonOf(earlier, written)}\n`);
  process.stdout.write(`\nwritten to ${output}\n`);
  return EXIT.done;
}

/** @returns `undefined` for --help. @throws for what it does not understand. */
function readArguments(): Arguments | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      directory: { type: 'string', default: tmpdir() },
      output: { type: 'string', default: `reports/bench-${new Date().toISOString().slice(0, 10)}.json` },
      compare: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const benchmarks = positionals.map((name) => {
    const benchmark = BENCHMARKS.find((candidate) => candidate.name === name);
    if (!benchmark) throw new Error(`no benchmark is named "${name}"`);
    return benchmark;
  });
  return {
    benchmarks: benchmarks.length === 0 ? [...BENCHMARKS] : benchmarks,
    directory: resolve(values.directory),
    output: values.output,
    earlier: values.compare === undefined ? undefined : readResults(values.compare),
  };
}

function writeResults(output: string, directory: string, results: Record<string, Measure[]>): BenchResults {
  const benchmarks = Object.entries(results).map(([name, measures]) => ({
    name,
    measures: measures.map((measure) => ({
      ...measure,
      median: median(measure.samples),
      min: Math.min(...measure.samples),
      max: Math.max(...measure.samples),
    })),
  }));
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model ?? 'unknown',
    kernel: release(),
    fileSystem: fileSystemOf(directory),
    load: loadavg(),
  };
  const versions = { node: process.version, sqlite: bundled.sqliteVersion };
  mkdirSync(dirname(resolve(output)), { recursive: true });
  const result: BenchResults = { version: 1, takenAt: new Date().toISOString(), machine, versions, benchmarks };
  writeFileSync(output, `${JSON.stringify(result, undefined, 2)}\n`);
  return result;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = EXIT.failed;
}
