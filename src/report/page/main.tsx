import { render } from 'preact';
import { DATA_ELEMENT, type PageData } from '../page-data.ts';
import { App } from './app.tsx';
import 'uplot/dist/uPlot.min.css';
import './style.css';

const text = document.getElementById(DATA_ELEMENT)?.textContent ?? '';
const root = document.getElementById('app');
if (root && text !== '') {
  const data = JSON.parse(text) as PageData;
  const names = [...data.scenarios.map(({ name }) => name), ...data.run.sections.map(({ scenario }) => scenario)];
  document.title = `Crashboard: ${[...new Set(names)].join(', ')}`;
  render(<App data={data} />, root);
}
