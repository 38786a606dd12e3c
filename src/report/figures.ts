/** Milliseconds in at most four characters and a unit, so that columns stay narrow. */
export function latency(ms: number): string {
  if (ms === 0) return '–';
  if (ms >= 10_000) return `${Math.round(ms / 1000)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return ms >= 100 ? String(Math.round(ms)) : String(Number(ms.toPrecision(2)));
}

/** A share as a percentage, with two significant digits; 0 stands out as 0. */
export function percentage(share: number): string {
  if (share === 0) return '0';
  return share >= 0.1 ? `${Math.round(share * 100)} %` : `${Number((share * 100).toPrecision(2))} %`;
}

/** Two decimals. */
export function ratio(value: number): string {
  return value.toFixed(2);
}

/** Where a value lies between two others on a logarithmic scale, 0 to 1. @param least above 0. */
export function logShare(value: number, least: number, most: number): number {
  if (value <= least || most <= least) return value >= most && most > 0 ? 1 : 0;
  return Math.log(value / least) / Math.log(most / least);
}

/** `5 s` for `busyTimeout` in `busyTimeout=5 s writers=8`. */
export function shownParam(id: string, name: string): string {
  const found = new RegExp(`(?:^| )${name}=(.*?)(?= [A-Za-z]+=|$)`).exec(id);
  return found?.[1] ?? '';
}
