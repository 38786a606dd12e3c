import { readFileSync, writeFileSync } from 'node:fs';
import { sinceNs } from '../../kernel/clock.ts';
import type { Request } from '../../worker/request.ts';
import { BareBoard } from './board.ts';
import { openBare, type BareJob } from './job.ts';

/** Entry of the bare process: opens the board, says so, and serves a list of requests until its time is up. */
const job: BareJob = JSON.parse(process.argv[2] ?? '{}');
const requests: Request[] = JSON.parse(readFileSync(job.requestsPath, 'utf8'));
const epochNs = BigInt(job.epochNs);
const moments = new Float64Array(requests.length);
const connection = openBare(job.databasePath, job.axes);
const board = new BareBoard(connection, job.claimTtlMs);

/** The one thing in it that a bare program would not do is to look at the clock, once a request. */
function serve(): number {
  let granted = 0;
  for (const request of requests) {
    const isGranted = board.perform(request) !== undefined;
    const nowNs = sinceNs(epochNs);
    if (isGranted) moments[granted++] = nowNs;
    if (nowNs >= job.stopAtNs) break;
  }
  return granted;
}

process.stdout.write('open\n', () => {
  const granted = serve();
  connection.close();
  writeFileSync(job.momentsPath, new Uint8Array(moments.buffer, 0, granted * moments.BYTES_PER_ELEMENT));
});
