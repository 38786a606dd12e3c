import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { sourceUrl } from '../../kernel/source-url.ts';
import type { ChildContext } from '../../trial/run-child.ts';
import { standAlone } from '../../trial/stand-alone.ts';
import type { BareJob } from './job.ts';

const ENTRY = fileURLToPath(sourceUrl('./main', import.meta.url));

/** A bare process that serves its requests. */
export interface BareProcess {
  pid: number;
  /** The moments at which requests were granted, in nanoseconds since the epoch, once the process is through. */
  moments: Promise<Float64Array>;
  /** Ends the process now if it has not ended, and waits until it is gone. */
  end(): Promise<void>;
}

/** Starts a bare process and waits until it has the board open. */
export async function startBare(job: BareJob, { compileCache, reaper }: ChildContext): Promise<BareProcess> {
  const child = execa(process.execPath, [ENTRY, JSON.stringify(job)], { ...standAlone(compileCache), stdin: 'ignore' });
  const { pid } = child;
  if (pid === undefined) throw new Error('the bare process could not be started');
  reaper.adopt(pid);
  const moments = child.then(({ exitCode, signal, stderr }) => {
    reaper.release(pid);
    if (exitCode !== 0) throw new Error(`the bare process ended with ${signal ?? `exit code ${exitCode}`}\n${stderr}`);
    const bytes = readFileSync(job.momentsPath);
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  });
  moments.catch(() => {});
  await Promise.race([once(child.stdout, 'data'), moments]);
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await child;
  };
  return { pid, moments, end };
}
