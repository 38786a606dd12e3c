import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Answer, Call } from '../fixtures/serve.ts';

type Handlers = Record<string, (...args: never[]) => unknown>;

/** Starts a fixture as a Node process of its own; it is gone when the test is over. */
export function startFixture(fixture: string, args: string[] = []): ChildProcess & { pid: number } {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = fork(fileURLToPath(new URL(`../fixtures/${fixture}.ts`, import.meta.url)), args, {
    execArgv: [],
    env: { ...env, NODE_NO_WARNINGS: '1' },
  });
  onTestFinished(() => end(child));
  const { pid } = child;
  if (pid === undefined) throw new Error(`fixture ${fixture} could not be started`);
  return Object.assign(child, { pid });
}

/** Kills a child of ours and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** A fixture that answers calls. Its errors come back as errors with the same code and message. */
export class Remote<H extends Handlers> {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  constructor(fixture: string) {
    const child = startFixture(fixture);
    this.#child = child;
    this.pid = child.pid;
    child.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  async call<Name extends keyof H & string>(name: Name, ...args: Parameters<H[Name]>): Promise<ReturnType<H[Name]>> {
    const call: Call = { id: ++this.#calls, name, args };
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(call.id, resolve));
    this.#child.send(call);
    const { value, error } = await answered;
    if (error) throw Object.assign(new Error(error.message), { code: error.code });
    return value as ReturnType<H[Name]>;
  }

  /** Ends the process with SIGKILL. */
  async kill(): Promise<void> {
    await end(this.#child);
  }
}
