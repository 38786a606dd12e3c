import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Reaper } from '../../src/trial/reaper-client.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A folder, and the reaper that every process of a run is told to. Dismissed when the test is over. */
export function newChildContext(): { folder: string; compileCache: string; reaper: Reaper } {
  const folder = temporaryFolder();
  const compileCache = join(folder, 'compile-cache');
  const reaper = new Reaper(compileCache);
  onTestFinished(() => reaper.dismiss());
  return { folder, compileCache, reaper };
}
