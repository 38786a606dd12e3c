import { rmdirSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { signal } from '../kernel/process.ts';

/**
 * Entry of the reaper: a process that outlives a supervisor that is killed. It is told on standard input which processes
 * and which folders are the run's; when the input ends without a farewell, it ends the processes and removes the folders.
 *
 *     adopt <pid> · release <pid> · folder <path> · keep <path> · farewell
 *
 * A `folder` goes with all that is in it; a `keep` only if nothing is in it, so that evidence stays.
 */
const adopted = new Set<number>();
const folders = new Set<string>();
const parents: string[] = [];
let farewell = false;

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [word = '', ...rest] = line.split(' ');
  const argument = rest.join(' ');
  if (word === 'adopt') adopted.add(Number(argument));
  else if (word === 'release') adopted.delete(Number(argument));
  else if (word === 'folder') folders.add(argument);
  else if (word === 'keep') parents.push(argument);
  else if (word === 'farewell') farewell = true;
});
lines.on('close', () => {
  if (farewell) return;
  for (const pid of adopted) signal(pid, 'SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
  for (const parent of parents) {
    try {
      rmdirSync(parent);
    } catch {
      // Something worth keeping is in it.
    }
  }
});
