/** The colours of the page, for what is drawn on a canvas. */
export interface Colours {
  background: string;
  text: string;
  dim: string;
  line: string;
  accent: string;
  bad: string;
  warn: string;
  /** By index of the kind of operation, as pixels. */
  kinds: number[];
  /** By index of the outcome, for those that went wrong. */
  loudPixels: number[];
  refusedPixel: number;
  backgroundPixel: number;
  stripePixel: number;
}

const KINDS = ['open', 'create', 'claim', 'heartbeat', 'complete', 'reclaim'];

/** Reads the colours from the style sheet, as they are in the present theme. */
export function coloursOf(element: Element): Colours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    background: read('surface'),
    text: read('text'),
    dim: read('dim'),
    line: read('line'),
    accent: read('accent'),
    bad: read('bad'),
    warn: read('warn'),
    kinds: KINDS.map((kind) => pixelOf(read(`op-${kind}`))),
    loudPixels: [0, 0, pixelOf(read('bad')), pixelOf(read('warn')), pixelOf(read('warn'))],
    refusedPixel: pixelOf(read('dim')),
    backgroundPixel: pixelOf(read('surface')),
    stripePixel: pixelOf(read('stripe')),
  };
}

/** `#rrggbb` or `#rgb` as a pixel of an image on a little-endian machine, which all are. */
function pixelOf(hex: string): number {
  const digits = hex.length === 4 ? hex.replaceAll(/[^#]/g, '$&$&') : hex;
  const value = Number.parseInt(digits.slice(1), 16);
  return (0xff000000 | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}
