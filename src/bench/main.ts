import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled } from '../engine/bundled.ts';
import type { Benchmark, Measure } from './benchmark.ts';
import { BENCHMARKS } from './index.ts';
import { median } from './statistics.ts';
import { onStage } from './stage.ts';
import { tableOf } from './table.ts';

const USAGE = `Usage: npm run bench -- [options] [benchmark…]

Measures Crashboard itself, side by side with what it is compared with. Without names, runs all benchmarks.

${BENCHMARKS.map(({ name, summary }) => `  ${name.padEnd(14)} ${summary}`).join('\n')}

Options:
  --directory DIR  disk to run on: a temporary folder is made there, and removed (default: the system's)
  --output FILE    where the results go as JSON (default: reports/bench-<date>.json)
  --help           this text
`;

/** Exit codes: as asked for, a benchmark failed, bad arguments, Ctrl-C. */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

interface Arguments {
  benchmarks: Benchmark[];
  directory: string;
  output: string;
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
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const results: Record<string, Measure[]> = {};
  try {
    await onStage(wanted.directory, interruption.signal, say, async (stage) => {
      for (const { name, summary, run } of wanted.benchmarks) {
        say(`${name}: running`);
        results[name] = await run(stage);
        process.stdout.write(`\n${name}: ${summary}\n${tableOf(results[name])}\n`);
      }
    });
  } catch (error) {
    if (interruption.signal.aborted) return EXIT.interrupted;
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return EXIT.failed;
  }
  writeResults(wanted.output, results);
  process.stdout.write(`\nwritten to ${wanted.output}\n`);
  return EXIT.done;
}

/** @returns `undefined` for --help. @throws for what it does not understand. */
function readArguments(): Arguments | undefined {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      directory: { type: 'string', default: tmpdir() },
      output: { type: 'string', default: `reports/bench-${new Date().toISOString().slice(0, 10)}.json` },
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
  };
}

function writeResults(output: string, results: Record<string, Measure[]>): void {
  const benchmarks = Object.entries(results).map(([name, measures]) => ({
    name,
    measures: measures.map((measure) => ({
      ...measure,
      median: median(measure.samples),
      min: Math.min(...measure.samples),
      max: Math.max(...measure.samples),
    })),
  }));
  const machine = { cpus: cpus().length, model: cpus()[0]?.model ?? 'unknown', kernel: release() };
  const versions = { node: process.version, sqlite: bundled.sqliteVersion };
  mkdirSync(dirname(resolve(output)), { recursive: true });
  writeFileSync(
    output,
    `${JSON.stringify({ takenAt: new Date().toISOString(), machine, versions, benchmarks }, undefined, 2)}\n`,
  );
}

process.exitCode = await main();
