const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of up to `width` characters. @param share 0 to 1; more is cut off. */
export function bar(share: number, width: number): string {
  const eighths = Math.round(Math.min(Math.max(share, 0), 1) * width * 8);
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '');
}

const SHADES = [' ', '░', '▒', '▓', '█'];

/** A character that is the darker the more. @param share 0 to 1; only 0 is blank. */
export function shade(share: number): string {
  if (share <= 0) return ' ';
  return SHADES[Math.min(SHADES.length - 1, 1 + Math.floor(share * (SHADES.length - 1)))] ?? ' ';
}
