import type { PageData } from '../page-data.js';
import { benchmarkPage } from './benchmark-page.js';
import { runPage } from './run-page.js';

const data: PageData = JSON.parse(document.getElementById('page-data')?.textContent ?? '');

document.body.append(...(data.kind === 'run' ? runPage(data) : benchmarkPage(data)));

// paper cannot be clicked: what is folded is unfolded for it, and folded again
let unfolded: HTMLDetailsElement[] = [];
addEventListener('beforeprint', () => {
  unfolded = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open])')];
  for (const one of unfolded) one.open = true;
});
addEventListener('afterprint', () => {
  for (const one of unfolded) one.open = false;
});
