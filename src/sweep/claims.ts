import type { Bench } from './bench.ts';
import type { Ratio } from './ratios.ts';

/** What the data says of something that was claimed. */
export interface ClaimVerdict {
  source: string;
  text: string;
  /** `confirmed`: everywhere; `refuted`: nowhere; `partly`: in some settings; `open`: the intervals leave it open. */
  verdict: 'confirmed' | 'refuted' | 'partly' | 'open';
  /** The numbers behind it. */
  because: string;
}

/** A claim holds in a setting if the whole interval of the ratio is below what it says, and fails if it is all above. */
export function judgeClaims({ claims, recommend }: Bench, ratios: readonly Ratio[]): ClaimVerdict[] {
  return claims.map(({ source, text, value, throughputShareMax: most }): ClaimVerdict => {
    const mine = ratios.filter((ratio) => String(ratio.value) === String(value));
    const holds = mine.filter(({ throughput }) => throughput.high <= most).length;
    const fails = mine.filter(({ throughput }) => throughput.low > most).length;
    const shown = mine.map(
      ({ where, throughput: { value: ratio, low, high } }) =>
        `${ratio.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)}) at ${where}`,
    );
    const because =
      mine.length === 0 ? `${recommend.axis}=${value} was not measured` : `throughput × ${shown.join(', ')}`;
    return { source, text, verdict: verdictOf(mine.length, holds, fails), because };
  });
}

function verdictOf(total: number, holds: number, fails: number): ClaimVerdict['verdict'] {
  if (total > 0 && holds === total) return 'confirmed';
  if (total > 0 && fails === total) return 'refuted';
  return holds > 0 ? 'partly' : 'open';
}
