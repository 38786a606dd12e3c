import { promisedPragmas, type PragmaPromises } from '../../strategy/policy/pragmas.ts';
import { TRIAL_FILES } from '../../trial/facts.ts';
import type { Check } from '../check.ts';
import { SETUP_WORKER } from '../ledger.ts';

/** Every process runs with the pragmas that its strategy promises: read back from its own connection. */
export const pragmas: Check = {
  name: 'pragmas',
  summary: 'each process shows the pragmas that its strategy sets, read back after its first open',
  isEarlySign: false,
  run({ facts, ledger }) {
    const promised = promisedPragmas(facts.cell.strategy.axes);
    const differences = ledger.notes
      .filter(({ name, worker }) => name === 'pragmas' && worker !== SETUP_WORKER)
      .flatMap(({ worker, data }) => {
        const found = data as PragmaPromises;
        const wrong = Object.entries(promised).filter(([name, value]) => found[name] !== value);
        return wrong.map(([name, value]) => ({ worker, text: `${name} = ${found[name]} instead of ${value}` }));
      });
    return [...Map.groupBy(differences, ({ text }) => text)].map(([text, group]) => ({
      check: 'pragmas',
      severity: 'violation' as const,
      message: `${text} in ${group.length} processes, first ${group[0]?.worker}`,
      evidence: `${TRIAL_FILES.histories}/${group[0]?.worker}.history`,
    }));
  },
};
