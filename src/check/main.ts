import { Evidence } from './evidence.ts';
import { CHECKS } from './index.ts';
import { reportOf } from './trial-report.ts';

/** Entry of the checking process: a fresh one for each trial, started when every worker is gone. */
const evidence = Evidence.gather(process.argv[2] ?? '.');
try {
  process.stdout.write(JSON.stringify(reportOf(evidence, CHECKS)));
} finally {
  evidence.release();
}
