import type { CellMeasurement } from '../cell-measurement.ts';
import { circumstances } from '../grid.ts';
import type { Evidence } from './rule.ts';

/** The cells that differ in nothing but the axis of the recommendation, in the order of its values. */
export interface Group {
  /** The other parameters that were varied, for people. */
  where: string;
  cells: CellMeasurement[];
}

/** The cells by their other circumstances. */
export function groupsOf({ axis, grid, cells }: Evidence): Group[] {
  const varied = grid.filter(({ values }) => values.length > 1);
  const groups = new Map<string, Group>();
  const orderOf = ({ cell }: CellMeasurement): number => axis.values.indexOf(cell.params[axis.axis.name] ?? '');
  for (const cell of cells.toSorted((a, b) => orderOf(a) - orderOf(b))) {
    const where = circumstances(varied, cell.cell.params, axis.axis.name);
    const group = groups.get(where);
    if (group) group.cells.push(cell);
    else groups.set(where, { where, cells: [cell] });
  }
  return [...groups.values()];
}
