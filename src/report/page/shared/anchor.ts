import type { PageCell } from '../../page-data.ts';

/** The place of a cell in the page. */
export function anchorOf({ scenario, id }: Pick<PageCell, 'scenario' | 'id'>): string {
  return `${scenario}/${id}`;
}
