import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { sourceUrl } from '../../kernel/source-url.ts';
import type { ChildContext } from '../../trial/run-child.ts';
import { standAlone } from '../../trial/stand-alone.ts';
import type { FromYardstick, Reading } from './main.ts';

const ENTRY = fileURLToPath(sourceUrl('./main', import.meta.url));

const options = (compileCache: string) =>
  ({
    ...standAlone(compileCache),
    ipc: true,
    serialization: 'json',
    buffer: { stdout: false, ipc: false },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  }) as const;

/** How fast the machine is at this moment, taken between two trials: see the process in `main.ts`. */
export class Yardstick {
  readonly #subprocess: ResultPromise<ReturnType<typeof options>>;
  readonly #ended: Promise<string>;
  #heard: (message: FromYardstick) => void = () => {};
  readonly #ready: Promise<unknown>;

  /** @param path of a database of its own, on the disk that is measured. */
  constructor(path: string, { compileCache, reaper }: ChildContext) {
    this.#subprocess = execa(process.execPath, [ENTRY, path], options(compileCache));
    const { pid } = this.#subprocess;
    if (pid === undefined) throw new Error('the yardstick process could not be started');
    reaper.adopt(pid);
    this.#ended = this.#subprocess.then(({ stderr }) => {
      reaper.release(pid);
      return stderr;
    });
    this.#ready = this.#next();
    this.#subprocess.nodeChildProcess.on('message', (message) => this.#heard(message as FromYardstick));
  }

  /** Takes a reading. @throws if the process is gone. */
  async read(): Promise<Reading> {
    await this.#untilEnd(this.#ready);
    const answer = this.#next();
    this.#subprocess.nodeChildProcess.send({ type: 'read' }, () => {});
    const { type: _, ...reading } = (await this.#untilEnd(answer)) as FromYardstick & Reading;
    return reading;
  }

  /** Ends the process, and waits until it is gone. */
  async dismiss(): Promise<void> {
    const { nodeChildProcess: child } = this.#subprocess;
    if (child.connected) child.disconnect();
    await this.#ended;
  }

  #next(): Promise<FromYardstick> {
    return new Promise((resolve) => (this.#heard = resolve));
  }

  #untilEnd<T>(answer: Promise<T>): Promise<T> {
    const gone = this.#ended.then((stderr): never => {
      throw new Error(`the yardstick process is gone\n${stderr}`);
    });
    gone.catch(() => {});
    return Promise.race([answer, gone]);
  }
}
