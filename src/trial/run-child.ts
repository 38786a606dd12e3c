import { execa } from 'execa';
import { refuseFullDisk } from './disk-full.ts';
import type { Reaper } from './reaper-client.ts';
import { standAlone } from './stand-alone.ts';

/** What the child processes of a run have in common. */
export interface ChildContext {
  /** Folder for compiled code. */
  compileCache: string;
  reaper: Reaper;
}

/** How a child ended, and what it said. */
export interface ChildResult {
  exitCode: number | undefined;
  signal: string | undefined;
  stdout: string;
  stderr: string;
}

/**
 * Runs a module of ours in a process of its own until it ends. Rejects for how it ends only if the disk is full.
 */
export async function runChild(entry: string, argument: string, context: ChildContext): Promise<ChildResult> {
  const { compileCache, reaper } = context;
  const child = execa(process.execPath, [entry, argument], { ...standAlone(compileCache), stdin: 'ignore' });
  if (child.pid !== undefined) reaper.adopt(child.pid);
  const { exitCode, signal, stdout, stderr } = await child;
  if (child.pid !== undefined) reaper.release(child.pid);
  if (exitCode !== 0) refuseFullDisk(stderr);
  return { exitCode, signal, stdout, stderr };
}
