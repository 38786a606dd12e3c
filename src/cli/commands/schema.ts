import { Command } from 'commander';
import { runJsonSchema } from '../../report/run-schema.ts';

/** `crashboard schema`: the JSON schema of what a run writes. */
export function schemaCommand(): Command {
  return new Command('schema').description('print the JSON schema of run.json').action(() => {
    process.stdout.write(`${JSON.stringify(runJsonSchema(), null, 2)}\n`);
  });
}
