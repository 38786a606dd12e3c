import { readFileSync } from 'node:fs';
import { z } from 'zod';

const measureSchema = z.object({
  name: z.string(),
  unit: z.string(),
  median: z.number(),
  samples: z.array(z.number()),
});

/** What `npm run bench` writes: the same form from one version to the next, so that files can be compared. */
const resultsSchema = z.object({
  version: z.literal(1),
  takenAt: z.string(),
  machine: z.object({
    cpus: z.number(),
    model: z.string(),
    kernel: z.string(),
    fileSystem: z.string(),
    load: z.array(z.number()),
  }),
  versions: z.object({ node: z.string(), sqlite: z.string() }),
  benchmarks: z.array(z.object({ name: z.string(), measures: z.array(measureSchema) })),
});

export type BenchResults = z.output<typeof resultsSchema>;

/** Reads an earlier result. @throws if it is none. */
export function readResults(path: string): BenchResults {
  try {
    return resultsSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new Error(`--compare ${path}: is no result of npm run bench`, { cause: error });
  }
}

/** What became of each median that both have, one a line; and what makes the two less than comparable. */
export function comparisonOf(earlier: BenchResults, now: BenchResults): string {
  const lines = [`compared with ${earlier.takenAt}`];
  const places = [earlier, now].map(({ machine, versions }) => [
    machine.model,
    machine.fileSystem,
    ...Object.values(versions),
  ]);
  if (String(places[0]) !== String(places[1]))
    lines.push('another machine, file system, Node or SQLite: do not compare');
  for (const { name, measures } of now.benchmarks) {
    const before = earlier.benchmarks.find((candidate) => candidate.name === name)?.measures ?? [];
    for (const measure of measures) {
      const other = before.find((candidate) => candidate.name === measure.name);
      if (!other || other.median === 0) continue;
      const figures = `${other.median.toPrecision(3)} → ${measure.median.toPrecision(3)} ${measure.unit}`;
      lines.push(`  ${name}: ${measure.name}: ${figures}, × ${(measure.median / other.median).toFixed(2)}`);
    }
  }
  return lines.join('\n');
}
