import { Evidence } from './evidence.ts';
import { CHECKS } from './index.ts';
import { beginTimeline, finishTimeline } from './trial-timeline.ts';
import { reportOf } from './trial-report.ts';

/** Entry of the checking process: a fresh one for each trial, started when every worker is gone. */
const directory = process.argv[2] ?? '.';
// First of all: a database can be broken enough to end the process that opens it.
const timeline = beginTimeline(directory);
const evidence = Evidence.gather(directory);
try {
  const report = reportOf(evidence, CHECKS);
  finishTimeline(directory, timeline, evidence);
  process.stdout.write(JSON.stringify(report));
} finally {
  evidence.release();
}
