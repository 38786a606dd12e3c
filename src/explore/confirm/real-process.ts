import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { signal } from '../../kernel/process.ts';
import { sourceUrl } from '../../kernel/source-url.ts';
import { standAlone } from '../../trial/stand-alone.ts';
import type { ConfirmJob, FromProcess, StepOrder, StepReply } from './messages.ts';

const ENTRY = fileURLToPath(sourceUrl('./process', import.meta.url));

/** One real process that takes steps when it is told to. */
export interface RealProcess {
  /** Settles when its actors stand before their first steps. */
  ready: Promise<void>;
  /** Lets an actor take its next step. */
  order(order: StepOrder): Promise<StepReply>;
  stop(): void;
  resume(): void;
  /** SIGKILL; settles when the process is gone. */
  kill(): Promise<void>;
}

/** Starts one. @param compileCache folder for compiled code. */
export function startRealProcess(job: ConfirmJob, compileCache: string): RealProcess {
  const child = execa(process.execPath, [ENTRY, JSON.stringify(job)], {
    ...standAlone(compileCache),
    // In the explorer's group, so that whoever ends the explorer ends this too.
    detached: false,
    ipc: true,
    serialization: 'json',
    buffer: { stdout: false, ipc: false },
    stdin: 'ignore',
    stdout: 'ignore',
  });
  const { nodeChildProcess: node } = child;
  const next = (): Promise<FromProcess> =>
    Promise.race([
      new Promise<FromProcess>((resolve) => node.once('message', (message) => resolve(message as FromProcess))),
      child.then(({ stderr }) => ({ type: 'failed' as const, message: `the process has ended\n${stderr}` })),
    ]);
  const ready = next().then((message) => {
    if (message.type === 'failed') throw new Error(message.message);
  });
  ready.catch(() => {});
  return {
    ready,
    async order(order) {
      const answer = next();
      node.send(order);
      const message = await answer;
      if (message.type !== 'reply') throw new Error(message.type === 'failed' ? message.message : 'no reply');
      return message.reply;
    },
    stop: () => void (child.pid !== undefined && signal(child.pid, 'SIGSTOP')),
    resume: () => void (child.pid !== undefined && signal(child.pid, 'SIGCONT')),
    async kill() {
      node.kill('SIGKILL');
      await child;
    },
  };
}
