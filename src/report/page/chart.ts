import { type PlotOptions, plot } from '@observablehq/plot';
import { element } from './element.js';

/** Width of a chart that has not been laid out, in pixels, and of one on paper. */
const usualWidth = 640;
const paperWidth = 680;

/** A chart that is drawn anew when it gets another width; `label` says in words what it shows. */
export function chart(label: string, draw: (width: number) => Element): HTMLElement {
  const frame = element('div', { class: 'chart', role: 'img', 'aria-label': label });
  let drawn = 0;
  const fit = (width: number) => {
    if (width === drawn) return;
    drawn = width;
    frame.replaceChildren(draw(width));
  };
  fit(usualWidth);
  new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width > 0) fit(width);
  }).observe(frame);
  addEventListener('beforeprint', () => fit(paperWidth));
  addEventListener('afterprint', () => fit(frame.clientWidth));
  return frame;
}

/** Draws marks in the manner of the page. */
export function drawPlot(options: PlotOptions): Element {
  const drawn = plot({
    className: 'plot',
    style: { fontSize: '12px', background: 'none', overflow: 'visible' },
    ...options,
  });
  // the frame around it has the words; those of the library name parts of the drawing
  for (const part of [drawn, ...drawn.querySelectorAll('[aria-label]')]) part.removeAttribute('aria-label');
  return drawn;
}

/** A drawing that is only decoration beside numbers that say the same. */
export function drawSilently(options: PlotOptions): Element {
  const drawn = drawPlot(options);
  drawn.setAttribute('aria-hidden', 'true');
  return drawn;
}
