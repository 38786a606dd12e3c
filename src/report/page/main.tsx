import { render } from 'preact';
import { DATA_ELEMENT, type PageData } from '../page-data.ts';
import { App } from './app.tsx';
import 'uplot/dist/uPlot.min.css';
import './style.css';

const text = document.getElementById(DATA_ELEMENT)?.textContent ?? '';
const root = document.getElementById('app');
if (root && text !== '') {
  const data = JSON.parse(text) as PageData;
  document.title = `Crashboard: ${data.scenarios.map(({ name }) => name).join(', ')}`;
  render(<App data={data} />, root);
}
