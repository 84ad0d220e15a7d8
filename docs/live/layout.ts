/**
 * Where the goroutines and channels of a recording stand: in layers, so that values go from the first to the last.
 *
 * - Goroutines and channels alternate, since a value goes from one to the other. Where values go round in a ring, the
 *   arrows that would go back are left out of account, and drawn around.
 * - Those that no value ever passes are not shown.
 */
import type { Event } from './recording.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Node {
  readonly id: string;
  readonly kind: 'go' | 'chan';
  readonly number: number;
  readonly x: number;
  readonly y: number;
}

export interface Arrow {
  readonly id: string;
  readonly from: Node;
  readonly to: Node;
  /** Bézier points: start, two in between, end. */
  readonly points: readonly [Point, Point, Point, Point];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Layout extends Size {
  readonly nodes: readonly Node[];
  readonly arrows: ReadonlyMap<string, Arrow>;
}

export const NODE: Size = { width: 128, height: 58 };
const MARGIN = 14;

export const idOf = (kind: 'go' | 'chan', number: number): string => `${kind} ${number}`;
export const arrowId = (from: string, to: string): string => `${from} > ${to}`;

/** Which goroutine puts to which channel, and gets from it. */
function edgesOf(events: readonly Event[]): Map<string, [string, string]> {
  const edges = new Map<string, [string, string]>();
  const add = (from: string, to: string): void => void edges.set(arrowId(from, to), [from, to]);
  for (const event of events) {
    if (event.what === 'move') {
      const chan = idOf('chan', event.chan);
      if (typeof event.from === 'number') add(idOf('go', event.from), chan);
      if (typeof event.to === 'number') add(chan, idOf('go', event.to));
    } else if (event.what === 'wait' && event.go !== null) {
      const ends: [string, string] = [idOf('go', event.go), idOf('chan', event.chan)];
      if (event.value === undefined) ends.reverse();
      add(...ends);
    }
  }
  return edges;
}

/** The layer of each node: the length of the longest way to it. */
function layersOf(edges: Iterable<[string, string]>): Map<string, number> {
  const out = new Map<string, string[]>();
  const hasIn = new Set<string>();
  for (const [from, to] of edges) {
    out.set(from, [...(out.get(from) ?? []), to]);
    if (!out.has(to)) out.set(to, []);
    hasIn.add(to);
  }
  const layers = new Map<string, number>();
  const onWay = new Set<string>();
  const visit = (node: string, layer: number): void => {
    if (onWay.has(node) || (layers.get(node) ?? -1) >= layer) return;
    layers.set(node, layer);
    onWay.add(node);
    for (const next of out.get(node) ?? []) visit(next, layer + 1);
    onWay.delete(node);
  };
  for (const node of out.keys()) if (!hasIn.has(node)) visit(node, 0);
  for (const node of out.keys()) if (!layers.has(node)) visit(node, node.startsWith('go') ? 0 : 1);
  return layers;
}

const numberOf = (node: string): number => Number(node.split(' ')[1]);

/** Puts each layer into the order in which its nodes' neighbours before them stand. */
function rowsOf(layers: Map<string, number>, edges: readonly [string, string][]): string[][] {
  const rows: string[][] = [];
  for (const [node, layer] of layers) (rows[layer] ??= []).push(node);
  const place = new Map<string, number>();
  const sorted = Array.from(rows, (row) => row ?? []);
  const settle = (row: string[], weight: (node: string) => number): void => {
    row.sort((a, b) => weight(a) - weight(b));
    for (const [i, node] of row.entries()) place.set(node, i);
  };
  for (const row of sorted) settle(row, numberOf);
  for (const row of sorted) {
    const centres = new Map<string, number>();
    for (const node of row) {
      const isBefore = ([from, to]: [string, string]): boolean =>
        to === node && (layers.get(from) ?? 0) < (layers.get(node) ?? 0);
      const before = edges.filter(isBefore).map(([from]) => place.get(from) ?? 0);
      const mean = before.reduce((sum, at) => sum + at, 0) / before.length;
      centres.set(node, before.length === 0 ? (place.get(node) ?? 0) : mean);
    }
    settle(row, (node) => centres.get(node) ?? 0);
  }
  return sorted;
}

/** @param isUpright - layers stand below each other, for narrow screens; else beside each other. */
export function layoutOf(events: readonly Event[], isUpright: boolean): Layout {
  const edges = [...edgesOf(events).values()];
  const layers = layersOf(edges);
  const rows = rowsOf(layers, edges);
  const gap = isUpright ? { along: 46, across: 10 } : { along: 74, across: 18 };
  const along = (isUpright ? NODE.height : NODE.width) + gap.along;
  const across = (isUpright ? NODE.width : NODE.height) + gap.across;
  const widest = Math.max(1, ...rows.map((row) => row.length));
  const nodes = new Map<string, Node>();
  rows.forEach((row, layer) => {
    row.forEach((id, i) => {
      const a = MARGIN + layer * along;
      const b = MARGIN + (i + (widest - row.length) / 2) * across;
      const [kind, number] = id.split(' ') as ['go' | 'chan', string];
      nodes.set(id, { id, kind, number: Number(number), x: isUpright ? b : a, y: isUpright ? a : b });
    });
  });

  let bends = 0;
  const arrows = new Map<string, Arrow>();
  for (const [a, b] of edges) {
    const from = nodes.get(a);
    const to = nodes.get(b);
    if (from === undefined || to === undefined) continue;
    const isBack = (layers.get(b) ?? 0) <= (layers.get(a) ?? 0);
    if (isBack) bends++;
    const points = isBack ? around(from, to, isUpright, bends) : straight(from, to, isUpright);
    arrows.set(arrowId(a, b), { id: arrowId(a, b), from, to, points });
  }
  const length = MARGIN * 2 + rows.length * along - gap.along;
  const breadth = MARGIN * 2 + widest * across - gap.across + (bends > 0 ? 50 + 12 * bends : 0);
  const [width, height] = isUpright ? [breadth, length] : [length, breadth];
  return { width, height, nodes: [...nodes.values()], arrows };
}

function straight(from: Node, to: Node, isUpright: boolean): Arrow['points'] {
  if (isUpright) {
    const start = { x: from.x + NODE.width / 2, y: from.y + NODE.height };
    const end = { x: to.x + NODE.width / 2, y: to.y };
    const bend = (end.y - start.y) / 2;
    return [start, { x: start.x, y: start.y + bend }, { x: end.x, y: end.y - bend }, end];
  }
  const start = { x: from.x + NODE.width, y: from.y + NODE.height / 2 };
  const end = { x: to.x, y: to.y + NODE.height / 2 };
  const bend = (end.x - start.x) / 2;
  return [start, { x: start.x + bend, y: start.y }, { x: end.x - bend, y: end.y }, end];
}

/** An arrow back: around, below the nodes or beside them. */
function around(from: Node, to: Node, isUpright: boolean, nth: number): Arrow['points'] {
  const far = 60 + 16 * nth;
  if (isUpright) {
    const start = { x: from.x + NODE.width, y: from.y + NODE.height / 2 };
    const end = { x: to.x + NODE.width, y: to.y + NODE.height / 2 };
    const x = Math.max(start.x, end.x) + far;
    return [start, { x, y: start.y }, { x, y: end.y }, end];
  }
  const start = { x: from.x + NODE.width / 2, y: from.y + NODE.height };
  const end = { x: to.x + NODE.width / 2, y: to.y + NODE.height };
  const y = Math.max(start.y, end.y) + far;
  return [start, { x: start.x, y }, { x: end.x, y }, end];
}

/** A point of an arrow; `t` from 0 to 1. */
export function pointOn({ points: [a, b, c, d] }: Arrow, t: number): Point {
  const s = 1 - t;
  const mix = (p: number, q: number, r: number, u: number): number =>
    s * s * s * p + 3 * s * s * t * q + 3 * s * t * t * r + t * t * t * u;
  return { x: mix(a.x, b.x, c.x, d.x), y: mix(a.y, b.y, c.y, d.y) };
}

export const pathOf = ({ points: [a, b, c, d] }: Arrow): string =>
  `M${a.x} ${a.y} C${b.x} ${b.y} ${c.x} ${c.y} ${d.x} ${d.y}`;
