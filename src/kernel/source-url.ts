/**
 * Where a module of ours lies that is started rather than imported: as `.ts` in a checkout, as `.js` once built.
 * @param module relative to the asking module, without its ending.
 * @param from `import.meta.url` of the asking module.
 */
export function sourceUrl(module: string, from: string): URL {
  return new URL(`${module}${from.endsWith('.ts') ? '.ts' : '.js'}`, from);
}
