import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { sourceUrl } from '../kernel/source-url.ts';
import type { Assignment, FromWorker, ToWorker } from '../worker/assignment.ts';
import type { Reaper } from './reaper-client.ts';
import { standAlone } from './stand-alone.ts';

const ENTRY = fileURLToPath(sourceUrl('../worker/main', import.meta.url));
const STDERR_MAX = 1 << 20;

/** How a worker process ended, as the system tells it. */
export interface ProcessEnd {
  code: number | null;
  signal: string | null;
  stderr: string;
}

const options = (compileCache: string) =>
  ({
    ...standAlone(compileCache),
    ipc: true,
    serialization: 'json',
    buffer: { stdout: false, ipc: false },
    maxBuffer: { stderr: STDERR_MAX },
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
  }) as const;

/** One worker process, from its start to its end. */
export class WorkerProcess {
  readonly pid: number;
  /** Settles when the process can take an assignment. @throws if it ends before. */
  readonly ready: Promise<void>;
  /** Settles when the process is gone. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  readonly #subprocess: ResultPromise<ReturnType<typeof options>>;
  #listener: (message: FromWorker) => void = () => {};

  /**
   * @param threads how many the process is to run.
   * @param compileCache folder for compiled code, shared by the workers of a run.
   */
  constructor(threads: number, compileCache: string, reaper: Reaper) {
    this.#subprocess = execa(process.execPath, [ENTRY, String(threads)], options(compileCache));
    const { pid } = this.#subprocess;
    if (pid === undefined) throw new Error('a worker process could not be started');
    this.pid = pid;
    reaper.adopt(pid);
    this.ended = this.#subprocess.then((result) => {
      reaper.release(pid);
      const { exitCode, signal, stderr } = result;
      return { code: exitCode ?? null, signal: signal ?? null, stderr: stderr.slice(-4000) };
    });
    this.ready = new Promise((resolve, reject) => {
      this.#subprocess.nodeChildProcess.on('message', (message) => {
        const told = message as FromWorker;
        if (told.type === 'ready') resolve();
        else this.#listener(told);
      });
      void this.ended.then(({ code, signal, stderr }) =>
        reject(new Error(`a worker process ended before it was ready (${signal ?? `exit code ${code}`})\n${stderr}`)),
      );
    });
    // Whoever takes the process awaits this; a spare that nobody takes must not end the run.
    this.ready.catch(() => {});
  }

  /** Hands the process its work; it takes one assignment in its life. */
  assign(assignment: Assignment, listener: (message: FromWorker) => void): void {
    this.#listener = listener;
    this.#send({ type: 'assign', assignment });
  }

  /** Asks the process to end after the operation that it is in. */
  stop(): void {
    this.#send({ type: 'stop' });
  }

  /** Ends the process now. Its id may be somebody else's once it is gone: then nothing is sent. */
  kill(): void {
    this.#subprocess.nodeChildProcess.kill('SIGKILL');
  }

  /** Ends the process, and waits until it is gone. */
  async end(): Promise<void> {
    this.kill();
    await this.ended;
  }

  #send(message: ToWorker): void {
    const { nodeChildProcess: child } = this.#subprocess;
    // A process that is ending has no channel any more; its end is told elsewhere.
    if (child.connected) child.send(message, () => {});
  }
}
