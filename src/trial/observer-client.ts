import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { sourceUrl } from '../kernel/source-url.ts';
import type { FromObserver, ToObserver } from './observer.ts';
import type { Reaper } from './reaper-client.ts';
import { standAlone } from './stand-alone.ts';

const ENTRY = fileURLToPath(sourceUrl('./observer', import.meta.url));

const options = (compileCache: string) =>
  ({
    ...standAlone(compileCache),
    ipc: true,
    serialization: 'json',
    buffer: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'ignore',
  }) as const;

/** Nobody looks at the trial any more: its early signs would go unseen. */
export class ObserverFailed extends Error {
  override readonly name = 'ObserverFailed';
  readonly code: string;

  constructor(code: string, message: string) {
    super(`the observer: ${message}`);
    this.code = code;
  }
}

/** The supervisor's line to the process that looks at trials from outside. */
export class Observer {
  readonly #subprocess: ResultPromise<ReturnType<typeof options>>;
  readonly #ended: Promise<void>;
  #failure: ObserverFailed | undefined;
  #answered: () => void = () => {};
  #isDismissed = false;

  constructor(compileCache: string, reaper: Reaper) {
    this.#subprocess = execa(process.execPath, [ENTRY], options(compileCache));
    const { pid } = this.#subprocess;
    if (pid === undefined) throw new Error('the observer process could not be started');
    reaper.adopt(pid);
    this.#ended = this.#watchOver(pid, reaper);
    this.#subprocess.nodeChildProcess.on('message', (message) => {
      const told = message as FromObserver;
      if (told.type === 'failed') this.#failure = new ObserverFailed(told.code, told.message);
      this.#answered();
    });
  }

  async #watchOver(pid: number, reaper: Reaper): Promise<void> {
    const { signal, exitCode } = await this.#subprocess;
    reaper.release(pid);
    if (this.#isDismissed) return;
    this.#failure ??= new ObserverFailed('GONE', `ended with ${signal ?? `exit code ${exitCode}`}`);
  }

  /** Begins to look at a trial. @param output file for what is seen; appended to. */
  watch(databasePath: string, epochNs: string, output: string): void {
    this.#say({ type: 'watch', databasePath, epochNs, output });
  }

  /** The worker processes that are alive now. */
  pids(pids: number[]): void {
    this.#say({ type: 'pids', pids });
  }

  /**
   * Stops looking. Resolves when all that was seen is written.
   * @throws {ObserverFailed} if it did not look to the end.
   */
  async unwatch(): Promise<void> {
    const answered = new Promise<void>((resolve) => (this.#answered = resolve));
    this.#say({ type: 'unwatch' });
    await Promise.race([answered, this.#ended]);
    if (this.#failure) throw this.#failure;
  }

  async dismiss(): Promise<void> {
    this.#isDismissed = true;
    const { nodeChildProcess: child } = this.#subprocess;
    if (child.connected) child.disconnect();
    await this.#ended;
  }

  #say(message: ToObserver): void {
    const { nodeChildProcess: child } = this.#subprocess;
    if (child.connected) child.send(message);
  }
}
