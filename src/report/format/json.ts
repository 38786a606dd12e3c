import type { Reporter } from '../reporter.ts';

/** What `run.json` holds, which every run writes; as a reporter, to have it elsewhere too. */
export const json: Reporter = {
  name: 'json',
  summary: 'all of the result, for programs; crashboard schema prints its schema',
  file: 'run.json',
  render({ run }) {
    return `${JSON.stringify(run, null, 2)}\n`;
  },
};
