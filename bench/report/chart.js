/**
 * A workload as a picture: a dot for each peer at its median, on a logarithmic scale, with a line from its fastest to its
 * slowest repetition. It has its own background, light or dark as the reader's system is.
 */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { peers } from '../peers/index.js';
import { ranked } from '../harness/table.js';
import { digits } from '../harness/statistics.js';

const WIDTH = 640;
const ROW = 20;

const kindOf = new Map(peers.map(({ name, kind }) => [name, kind]));

const STYLE = `
.chart { --ink: #1f2328; --paper: #ffffff; --line: #d8dee4; --ours: #bc4c00; --javascript: #57606a; --go: #0a7ea4; --floor: #1f2328;
  font-family: system-ui, sans-serif; font-size: 12px; color: var(--ink); background: var(--paper); }
@media (prefers-color-scheme: dark) { .chart { --ink: #e6edf3; --paper: #0d1117; --line: #30363d; --ours: #ff8e3c;
  --javascript: #9da7b3; --go: #4cc2e6; --floor: #e6edf3; } }
.chart .paper { fill: var(--paper); }
.chart .title { font-size: 14px; font-weight: 600; fill: var(--ink); }
.chart text { fill: currentColor; }
`;

const color = ({ kind }) => `var(--${kind})`;

/**
 * @param {object} workload
 * @param {Record<string, object>} results
 * @returns {string | undefined} an SVG; `undefined` if there is nothing to show
 */
export function chart(workload, results) {
  const points = ranked(results)
    .filter(([, { median }]) => median !== undefined)
    .map(([name, result]) => ({
      ...result,
      name: result.less === undefined ? name : `${name} *`,
      kind: kindOf.get(name.split(',')[0]),
    }));
  if (points.length === 0) return undefined;
  const { document } = parseHTML('<html><body></body></html>');
  const isStarred = points.some(({ less }) => less !== undefined);
  const plot = Plot.plot({
    document,
    className: 'chart',
    width: WIDTH,
    height: points.length * ROW + 90,
    marginLeft: 150,
    marginRight: 60,
    marginTop: 44,
    marginBottom: 46,
    x: {
      type: 'log',
      label: `${workload.unit}, logarithmic; less is better${isStarred ? '; * without back-pressure' : ''}`,
      labelAnchor: 'left',
      labelArrow: 'none',
      domain: domainOf(points),
      ticks: ticksIn(domainOf(points)),
      tickFormat: (value) => value.toLocaleString('en'),
      labelOffset: 40,
    },
    y: { domain: points.map(({ name }) => name), label: null, tickSize: 0 },
    marks: [
      Plot.gridX(ticksIn(domainOf(points)), { stroke: 'var(--line)', strokeOpacity: 1 }),
      Plot.ruleY(points, {
        y: 'name',
        x1: 'least',
        x2: 'most',
        stroke: color,
        strokeWidth: 2,
        strokeOpacity: 0.45,
      }),
      Plot.dot(points, {
        x: 'median',
        y: 'name',
        r: ({ kind }) => (kind === 'ours' ? 6 : 4.5),
        fill: (point) => (point.kind === 'floor' ? 'var(--paper)' : color(point)),
        stroke: color,
        strokeWidth: 1.5,
      }),
      Plot.text(points, {
        x: 'most',
        y: 'name',
        text: ({ median }) => digits(median),
        dx: 10,
        textAnchor: 'start',
      }),
    ],
  });
  decorate(document, plot, workload);
  return `${plot.outerHTML}\n`;
}

function domainOf(points) {
  const least = Math.min(...points.map((point) => point.least));
  const most = Math.max(...points.map((point) => point.most));
  return [least / 1.15, Math.max(most * 1.15, least * 4)];
}

/** 1, 2 and 5 of every power of ten. */
function ticksIn([least, most]) {
  const ticks = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
    ticks.push(...[1, 2, 5].map((n) => Number(`${n}e${power}`)));
  }
  return ticks.filter((tick) => tick >= least && tick <= most);
}

function decorate(document, svg, workload) {
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${workload.title}: ${workload.unit} of each peer`);
  for (const style of svg.querySelectorAll('style')) style.remove();
  const make = (name, attributes, text) => {
    const element = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const paper = make('rect', { class: 'paper', width: '100%', height: '100%', rx: 6 });
  svg.prepend(make('style', {}, STYLE), paper);
  svg.append(make('text', { class: 'title', x: 16, y: 26, 'text-anchor': 'start' }, workload.title));
}
