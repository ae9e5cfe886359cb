import { expect, test } from '@jest/globals';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { barChart } from '../../../bench/pictures/bar-chart.ts';
import { lineChart } from '../../../bench/pictures/line-chart.ts';
import { marksUpTo } from '../../../bench/pictures/scale.ts';

const chart = {
  title: 'Steps & <runs>',
  unit: 'ms',
  series: ['bare', 'governed'],
  groups: [{ label: 'p50', values: [10, 20] }],
  bound: { label: 'at most 25', value: 25 },
};

test.each([
  [0, [0, 1]],
  [0.9, [0, 0.2, 0.4, 0.6, 0.8, 1]],
  [25, [0, 5, 10, 15, 20, 25]],
  [1_234, [0, 500, 1_000, 1_500]],
])('the marks up to %d are round and reach it', (most, marks) => {
  expect(marksUpTo(most)).toEqual(marks);
});

test('a bar is as high as its value, beside axis, unit, legend, bound and title', () => {
  const svg = barChart(chart);
  expect(XMLValidator.validate(svg)).toBe(true);
  const heights = [...svg.matchAll(/<rect [^>]*width="86" height="([\d.]+)"/g)].map(([, height]) => Number(height));
  expect(heights).toHaveLength(2);
  expect((heights[1] ?? 0) / (heights[0] ?? 1)).toBeCloseTo(2);
  const texts = textsOf(svg);
  expect(texts).toEqual(
    expect.arrayContaining(['Steps & <runs>', 'ms', 'bare', 'governed', 'p50', 'at most 25', '25']),
  );
});

test('a line has a point for each value, and its picture follows the light or dark scheme of the reader', () => {
  const points = [1, 2, 3].map((x) => ({ x, y: x / 2 }));
  const svg = lineChart({ title: 'By round', x: 'round', unit: 'ratio', series: [{ name: 'newest', points }] });
  expect(XMLValidator.validate(svg)).toBe(true);
  expect(svg.match(/<circle /g)).toHaveLength(3);
  expect(svg).toContain('prefers-color-scheme:dark');
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['newest', 'round', 'ratio', '1.5']));
});

function textsOf(svg: string): readonly string[] {
  const parsed = new XMLParser({ ignoreAttributes: false, parseTagValue: false }).parse(svg) as {
    svg: { text: (string | { '#text': string })[] };
  };
  return parsed.svg.text.map((one) => (typeof one === 'string' ? one : one['#text']));
}
