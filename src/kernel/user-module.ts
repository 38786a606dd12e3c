import { registerHooks } from 'node:module';
import { sourceUrl } from './source-url.ts';

const userModules = new Set<string>();

/**
 * Imports a module of the user's: a scenario, a config, a reporter. It may `import 'crashboard'` and gets the Crashboard
 * that runs it, wherever the file lies; and it is an ES module whatever the package around it says.
 * @throws what the module throws, or why it does not load.
 */
export function importUserModule(url: URL): Promise<unknown> {
  const isFirst = userModules.size === 0;
  userModules.add(url.href);
  if (isFirst) register();
  return import(url.href);
}

function register(): void {
  const ourselves = sourceUrl('../index', import.meta.url).href;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      return specifier === 'crashboard' ? { url: ourselves, shortCircuit: true } : nextResolve(specifier, context);
    },
    load(loaded, context, nextLoad) {
      if (!userModules.has(loaded)) return nextLoad(loaded, context);
      return nextLoad(loaded, { ...context, format: /\.m?ts$/.test(loaded) ? 'module-typescript' : 'module' });
    },
  });
}
