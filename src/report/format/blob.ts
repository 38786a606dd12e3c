import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blobOf } from '../blob.ts';
import { ReportError, type Reporter } from '../reporter.ts';

/** Everything that `crashboard merge` needs to judge shards as one run. */
export const blob: Reporter = {
  name: 'blob',
  summary: 'all that crashboard merge needs; written by itself with --shard',
  file: 'blob.json',
  render({ raw, run, folder }) {
    if (raw) return `${JSON.stringify(blobOf(raw, run, folder))}\n`;
    const path = join(folder, 'blob.json');
    if (existsSync(path)) return readFileSync(path, 'utf8');
    throw new ReportError(
      'the blob holds what only a run that has just ended knows; run it again with --reporter blob, or with --shard',
    );
  },
};
