import { BASELINE, type Strategy } from '../axes.ts';

export const hardened: Strategy = {
  name: 'hardened',
  summary: 'synchronous=FULL, autocheckpoint 100, secure_delete, cell_size_check, WAL set only where it is not yet set',
  source: '#33482 (its pragmas; its after-commit check is raw-length)',
  axes: { ...BASELINE, pragmas: 'hardened' },
};
