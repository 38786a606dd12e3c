import { readFileSync } from 'node:fs';
import type { Request } from '../../worker/request.ts';
import { BareBoard } from './board.ts';
import { openBare, type BareJob, type BareResult } from './job.ts';

/** Entry of the bare process: opens the board, serves a list of requests, tells how long that took. */
const job: BareJob = JSON.parse(process.argv[2] ?? '{}');
const requests: Request[] = JSON.parse(readFileSync(job.requestsPath, 'utf8'));
const connection = openBare(job.databasePath, job.axes);
const board = new BareBoard(connection, job.claimTtlMs);

function serve(from: number, to: number): number {
  let acknowledged = 0;
  for (let index = from; index < to; index++) {
    const request = requests[index];
    if (request && board.perform(request) !== undefined) acknowledged++;
  }
  return acknowledged;
}

serve(0, job.warmUp);
const startNs = process.hrtime.bigint();
const acknowledged = serve(job.warmUp, requests.length);
const elapsedMs = Number(process.hrtime.bigint() - startNs) / 1e6;
connection.close();
process.stdout.write(JSON.stringify({ elapsedMs, acknowledged } satisfies BareResult));
