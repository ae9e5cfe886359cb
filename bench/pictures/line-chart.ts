import { marksUpTo, shown } from './scale.ts';
import { element, picture, seriesClass } from './svg.ts';

/** Values over something that grows. */
export interface LineChart {
  readonly title: string;
  /** What the horizontal axis counts. */
  readonly x: string;
  /** Of the values, shown at the vertical axis. */
  readonly unit: string;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly { readonly x: number; readonly y: number }[];
  }[];
  /** A value that is asked for, drawn as a dashed line. */
  readonly bound?: { readonly label: string; readonly value: number };
}

const SIZE = { width: 760, height: 360 };
const PLOT = { left: 72, right: 740, top: 72, bottom: 300 };
const DOT = 3;

/** Draws a line for each series, both axes from 0 up. */
export function lineChart(chart: LineChart): string {
  const points = chart.series.flatMap((one) => one.points);
  const down = marksUpTo(Math.max(0, chart.bound?.value ?? 0, ...points.map(({ y }) => y)));
  const across = marksUpTo(Math.max(0, ...points.map(({ x }) => x)));
  const place = {
    x: (value: number): number => PLOT.left + ((PLOT.right - PLOT.left) * value) / (across.at(-1) ?? 1),
    y: (value: number): number => PLOT.bottom - ((PLOT.bottom - PLOT.top) * value) / (down.at(-1) ?? 1),
  };
  return picture(SIZE, chart.title, [
    ...down.flatMap((mark) => [
      element('line', {
        x1: PLOT.left,
        x2: PLOT.right,
        y1: place.y(mark),
        y2: place.y(mark),
        class: mark === 0 ? 'axis' : 'grid',
      }),
      element('text', { x: PLOT.left - 8, y: place.y(mark) + 4, 'text-anchor': 'end' }, shown(mark)),
    ]),
    ...across.map((mark) =>
      element('text', { x: place.x(mark), y: PLOT.bottom + 20, 'text-anchor': 'middle' }, shown(mark)),
    ),
    element('text', { x: 16, y: 52 }, chart.unit),
    element('text', { x: PLOT.right, y: PLOT.bottom + 44, 'text-anchor': 'end' }, chart.x),
    ...chart.series.flatMap((one, index) => line(one, index, place)),
    ...bound(chart, place.y),
  ]);
}

interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

function line({ name, points }: LineChart['series'][number], index: number, place: Place): readonly string[] {
  const legendX = PLOT.left + 8 + index * 170;
  const path = points.map(({ x, y }) => `${place.x(x).toFixed(1)},${place.y(y).toFixed(1)}`).join(' ');
  return [
    element('rect', { x: legendX, y: 42, width: 12, height: 12, class: seriesClass(index) }),
    element('text', { x: legendX + 18, y: 53 }, name),
    element('polyline', { points: path, class: seriesClass(index).replace('s', 'l') }),
    ...points.map(({ x, y }) =>
      element('circle', { cx: place.x(x), cy: place.y(y), r: DOT, class: seriesClass(index) }),
    ),
  ];
}

function bound({ bound: asked }: LineChart, y: (value: number) => number): readonly string[] {
  if (asked === undefined) return [];
  const at = y(asked.value);
  return [
    element('line', { x1: PLOT.left, x2: PLOT.right, y1: at, y2: at, class: 'axis', 'stroke-dasharray': '6 4' }),
    element('text', { x: PLOT.right, y: at - 5, 'text-anchor': 'end' }, asked.label),
  ];
}
