import '../../check/main.ts';

/** Entry of a checking process that tells in the end how much memory it had at its peak, in KiB, on standard error. */
process.on('exit', () => process.stderr.write(String(process.resourceUsage().maxRSS)));
