import { Command } from 'commander';
import { explore } from '../../explore/explore.ts';
import { EXIT } from '../exit-codes.ts';
import { replaySummary } from '../exploration-summary.ts';
import { interruptSignal } from '../interrupt.ts';
import { wholeNumber } from '../options.ts';
import { crashboardVersion } from '../../kernel/version.ts';

const TIMES = 100;

/** `crashboard replay`: repeats one failing interleaving. */
export function replayCommand(): Command {
  return new Command('replay')
    .description('repeat an interleaving that failed')
    .argument('<token>', 'as it was printed, in quotes')
    .option('--times <n>', 'how often', wholeNumber(1, 100_000), TIMES)
    .option('--confirm', 'let real processes carry it out as well', false)
    .action(async (token: string, { times, confirm }: { times: number; confirm: boolean }) => {
      process.exitCode = await replay(token, times, confirm);
    });
}

async function replay(token: string, times: number, confirm: boolean): Promise<number> {
  const { signal, release } = interruptSignal(() => {});
  try {
    const wishes = {
      type: 'replay' as const,
      token,
      directory: process.cwd(),
      version: crashboardVersion(),
      times,
      confirm,
    };
    const { replay: report, interrupted } = await explore(wishes, signal, () => {});
    if (interrupted) return EXIT.interrupted;
    if (!report) throw new Error('the explorer gave no answer');
    process.stdout.write(replaySummary(report, process.stdout.columns));
    if (report.same < times || report.mismatch !== undefined) return EXIT.inconclusive;
    if (report.confirmation?.confirmed === false) return EXIT.violated;
    // It reproduces what it was made to reproduce; whether that was expected is the exploration's to say.
    return report.failure === undefined || report.expected === 'unsafe' ? EXIT.held : EXIT.violated;
  } finally {
    release();
  }
}
