import { marksUpTo, shown } from './scale.ts';
import { element, picture, seriesClass } from './svg.ts';

/** Values in groups, a bar for each series. */
export interface BarChart {
  readonly title: string;
  /** Of the values, shown at the axis. */
  readonly unit: string;
  readonly series: readonly string[];
  /** A group has a value for each series. */
  readonly groups: readonly { readonly label: string; readonly values: readonly number[] }[];
  /** A bar that is asked for, drawn as a dashed line. */
  readonly bound?: { readonly label: string; readonly value: number };
}

const SIZE = { width: 760, height: 360 };
const PLOT = { left: 72, right: 740, top: 72, bottom: 316 };
const BAR_SHARE = 0.7;

/** Draws bars from 0 up, with axis, unit, legend and each value above its bar. */
export function barChart(chart: BarChart): string {
  const values = chart.groups.flatMap((group) => group.values);
  const marks = marksUpTo(Math.max(0, chart.bound?.value ?? 0, ...values));
  const most = marks.at(-1) ?? 1;
  const y = (value: number): number => PLOT.bottom - ((PLOT.bottom - PLOT.top) * value) / most;
  const axis = marks.flatMap((mark) => [
    element('line', { x1: PLOT.left, x2: PLOT.right, y1: y(mark), y2: y(mark), class: mark === 0 ? 'axis' : 'grid' }),
    element('text', { x: PLOT.left - 8, y: y(mark) + 4, 'text-anchor': 'end' }, shown(mark)),
  ]);
  const unit = element('text', { x: 16, y: 52 }, chart.unit);
  return picture(SIZE, chart.title, [...axis, unit, ...legend(chart.series), ...bars(chart, y), ...bound(chart, y)]);
}

function legend(series: readonly string[]): readonly string[] {
  return series.flatMap((name, index) => {
    const x = PLOT.left + 8 + index * 170;
    return [
      element('rect', { x, y: 42, width: 12, height: 12, class: seriesClass(index) }),
      element('text', { x: x + 18, y: 53 }, name),
    ];
  });
}

function bars({ series, groups }: BarChart, y: (value: number) => number): readonly string[] {
  const groupWidth = (PLOT.right - PLOT.left) / Math.max(1, groups.length);
  const width = Math.min(90, (groupWidth * BAR_SHARE) / Math.max(1, series.length));
  return groups.flatMap(({ label, values }, group) => {
    const middle = PLOT.left + (group + 0.5) * groupWidth;
    const left = middle - (width * values.length) / 2;
    return [
      ...values.flatMap((value, index) => {
        const x = left + index * width;
        return [
          element('rect', {
            x,
            y: y(value),
            width: width - 4,
            height: PLOT.bottom - y(value),
            class: seriesClass(index),
          }),
          element('text', { x: x + (width - 4) / 2, y: y(value) - 5, 'text-anchor': 'middle' }, shown(value)),
        ];
      }),
      element('text', { x: middle, y: PLOT.bottom + 20, 'text-anchor': 'middle' }, label),
    ];
  });
}

function bound({ bound: asked }: BarChart, y: (value: number) => number): readonly string[] {
  if (asked === undefined) return [];
  const at = y(asked.value);
  return [
    element('line', { x1: PLOT.left, x2: PLOT.right, y1: at, y2: at, class: 'axis', 'stroke-dasharray': '6 4' }),
    element('text', { x: PLOT.right, y: at - 5, 'text-anchor': 'end' }, asked.label),
  ];
}
