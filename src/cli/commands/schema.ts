import { Argument, Command } from 'commander';
import { runJsonSchema } from '../../report/run-schema.ts';
import { publishedBenchSchema } from '../../sweep/json/bench-schema.ts';

/** `crashboard schema`: the JSON schema of what a run or a bench writes. */
export function schemaCommand(): Command {
  return new Command('schema')
    .description('print the JSON schema of run.json, or of bench.json')
    .addArgument(new Argument('[file]', 'which of them').choices(['run', 'bench']).default('run'))
    .action((file: string) => {
      const schema = file === 'bench' ? publishedBenchSchema() : runJsonSchema();
      process.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
}
