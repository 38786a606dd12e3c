import { writeFileSync } from 'node:fs';
import { runJsonSchema } from './run-schema.ts';

/** Build step: writes the published schema of `run.json` to the path given as argument. */
writeFileSync(process.argv[2] ?? 'run.schema.json', `${JSON.stringify(runJsonSchema(), null, 2)}\n`);
