import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { sourceUrl } from '../kernel/source-url.ts';
import type { ToReaper } from './reaper.ts';
import { standAlone } from './stand-alone.ts';

const ENTRY = fileURLToPath(sourceUrl('./reaper', import.meta.url));

const options = (compileCache: string) =>
  ({
    ...standAlone(compileCache),
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
    buffer: false,
  }) as const;

/** The supervisor's line to the process that cleans up after it if it is killed. */
export class Reaper {
  readonly #subprocess: ResultPromise<ReturnType<typeof options>>;

  /** @param compileCache folder for compiled code. */
  constructor(compileCache: string) {
    this.#subprocess = execa(process.execPath, [ENTRY], options(compileCache));
    // A reaper that is gone is noticed when it is dismissed; a write to it must not end the run.
    this.#subprocess.stdin.on('error', () => {});
  }

  /** Process to be ended if the supervisor dies. */
  adopt(pid: number): void {
    this.#say({ type: 'adopt', pid });
  }

  /** Process that has ended: its id may be somebody else's soon. */
  release(pid: number): void {
    this.#say({ type: 'release', pid });
  }

  /** Folder to be removed, with all that is in it, if the supervisor dies. */
  removeFolder(path: string): void {
    this.#say({ type: 'folder', path });
  }

  /** Folder to be removed if the supervisor dies and nothing is in it. Said innermost first. */
  removeIfEmpty(path: string): void {
    this.#say({ type: 'keep', path });
  }

  /** All is in order: the reaper ends and touches nothing. */
  async dismiss(): Promise<void> {
    this.#say({ type: 'farewell' });
    this.#subprocess.stdin.end();
    await this.#subprocess;
  }

  #say(message: ToReaper): void {
    this.#subprocess.stdin.write(`${JSON.stringify(message)}\n`);
  }
}
