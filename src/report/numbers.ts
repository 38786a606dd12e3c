const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number in groups: 1,234,567. */
export function wholeNumber(value: number): string {
  return GROUPED.format(value);
}

/** A proportion as a percentage with two significant digits. */
export function percent(proportion: number): string {
  return `${Number((proportion * 100).toPrecision(2))} %`;
}

/** Milliseconds with three significant digits. */
export function milliseconds(value: number): string {
  return String(Number(value.toPrecision(3)));
}
