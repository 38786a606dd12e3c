import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { sourceUrl } from '../kernel/source-url.ts';
import { ScenarioError } from '../scenario/define.ts';
import { Reaper } from '../trial/reaper-client.ts';
import { standAlone } from '../trial/stand-alone.ts';
import { makeExplorationFolder } from './folder.ts';
import type { FromExplorer, ReplayReport, ToExplorer } from './protocol.ts';
import type { ExplorationResult } from './result.ts';

const ENTRY = fileURLToPath(sourceUrl('./main', import.meta.url));

/** The explorer, and real processes that it may have started. */
function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

/** Told of what happens, while it happens. */
export type ExplorationListener = (message: FromExplorer) => void;

/** What came out of the explorer's process. */
export interface Explored {
  results: ExplorationResult[];
  replay: ReplayReport | undefined;
  sqliteVersion: string;
  interrupted: boolean;
}

type Wishes<T> = T extends unknown ? Omit<T, 'folder' | 'compileCache'> : never;

/**
 * Explores or replays in a process of its own. When this returns or throws, that process is gone, and so is its folder.
 * @param signal aborting ends it at once; what it has said so far counts.
 * @throws {ScenarioError} for what the caller can mend; an error for a failure of the explorer itself.
 */
export async function explore(
  wishes: Wishes<ToExplorer>,
  signal: AbortSignal,
  listener: ExplorationListener,
): Promise<Explored> {
  const root = makeExplorationFolder();
  const [folder, compileCache] = [join(root, 'boards'), join(root, 'compile-cache')];
  const reaper = new Reaper(compileCache);
  try {
    reaper.removeFolder(root);
    mkdirSync(folder);
    return await exploreIn({ ...wishes, folder, compileCache }, reaper, signal, listener);
  } finally {
    await reaper.dismiss();
    rmSync(root, { recursive: true, force: true });
  }
}

async function exploreIn(
  request: ToExplorer,
  reaper: Reaper,
  signal: AbortSignal,
  listener: ExplorationListener,
): Promise<Explored> {
  const child = execa(process.execPath, [ENTRY, JSON.stringify(request)], {
    ...standAlone(request.compileCache),
    ipc: true,
    serialization: 'json',
    buffer: { stdout: false, ipc: false },
    stdin: 'ignore',
    stdout: 'ignore',
  });
  if (child.pid !== undefined) reaper.adopt(child.pid);
  const explored: Explored = { results: [], replay: undefined, sqliteVersion: '', interrupted: false };
  let failed: Extract<FromExplorer, { type: 'failed' }> | undefined;
  child.nodeChildProcess.on('message', (message) => {
    const told = message as FromExplorer;
    if (told.type === 'explored') explored.results.push(told.result);
    else if (told.type === 'replayed') explored.replay = told.replay;
    else if (told.type === 'done') explored.sqliteVersion = told.sqliteVersion;
    else if (told.type === 'failed') failed = told;
    listener(told);
  });
  const stop = (): void => void (child.pid !== undefined && killGroup(child.pid));
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const ended = await child;
  signal.removeEventListener('abort', stop);
  if (child.pid !== undefined) reaper.release(child.pid);
  if (failed?.isUsage) throw new ScenarioError(failed.message);
  if (failed) throw new Error(`the explorer failed\n${failed.message}`);
  explored.interrupted = signal.aborted;
  if (!signal.aborted && ended.exitCode !== 0) {
    const how = ended.signal ?? `exit code ${ended.exitCode}`;
    throw new Error(`the explorer ended with ${how}\n${ended.stderr}`);
  }
  return explored;
}
