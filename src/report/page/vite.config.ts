import { defineConfig } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

/** Builds the page of the HTML report into one file; the reporter writes the data of a run into it. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  build: { outDir: '../../../dist/page', emptyOutDir: true, target: 'es2023' },
});
