import type { ToolcallsData } from '../../../evals/toolcalls/data.ts';

const object = (properties: Record<string, { type: string }>, required: readonly string[]) => ({
  type: 'object',
  properties,
  required: [...required],
});

/** Data of the evaluation's form in small: names that no model may call, two tools of one name, and a conversation that writes. */
export const SMALL: ToolcallsData = {
  bfcl: {
    tools: {
      h1: {
        name: 'math.area',
        description: 'The area of a rectangle.',
        parameters: object({ width: { type: 'integer' }, height: { type: 'number' } }, ['width', 'height']),
      },
      h2: {
        name: 'math.area',
        description: 'The area of a circle.',
        parameters: object({ radius: { type: 'number' } }, ['radius']),
      },
      h3: {
        name: 'Größe suchen',
        description: 'Finds a size.',
        parameters: { type: 'object', properties: { size: { type: 'string', enum: ['S', 'M'] } }, required: ['size'] },
      },
    },
    cases: [
      {
        id: 'rectangle',
        user: 'What is 3 by 4.5?',
        tools: ['h1', 'h3'],
        calls: [
          { name: 'math.area', arguments: { width: 3, height: 4.5 }, valid: true },
          { name: 'math.area', arguments: { width: 3, height: 4.5 }, valid: true },
          { name: 'math.area', arguments: { width: 1.5, height: 4.5 }, valid: false },
        ],
        invalid: [
          { kind: 'missing_required', name: 'math.area', arguments: { width: 3 } },
          { kind: 'wrong_type', name: 'math.area', arguments: { width: 'three', height: 4.5 }, at: 'width' },
          { kind: 'unknown_tool', name: 'math.area_v2', arguments: { width: 3, height: 4.5 } },
          { kind: 'truncated_json', name: 'math.area', raw: '{"width": 3, "hei' },
          { kind: 'double_encoded', name: 'math.area', raw: '"{\\"width\\": 3, \\"height\\": 4.5}"' },
          { kind: 'enum', name: 'Größe suchen', arguments: { size: 'XXL' }, at: 'size' },
        ],
      },
      {
        id: 'circle',
        user: 'How large is a circle of 2?',
        tools: ['h2'],
        calls: [{ name: 'math.area', arguments: { radius: 2 }, valid: true }],
        invalid: [],
      },
      { id: 'poem', user: 'Write a poem.', tools: ['h2', 'h3'], calls: [], invalid: [] },
    ],
  },
  multiTurn: {
    apis: {
      Files: [
        { name: 'touch', description: 'Makes a file.', parameters: object({ name: { type: 'string' } }, ['name']) },
        { name: 'ls', description: 'Lists files.', parameters: object({}, []) },
        { name: 'rm', description: 'Removes a file.', parameters: object({ name: { type: 'string' } }, ['name']) },
      ],
    },
    tasks: [
      {
        id: 'files',
        apis: ['Files'],
        excluded_tools: ['rm'],
        init_state: { Files: { names: [], made: 0 } },
        turns: [
          {
            user: 'Make the file a.',
            trace: [
              {
                tool: 'touch',
                args: { name: 'a' },
                result: 'null',
                patch: [
                  { op: 'add', path: '/Files/names/-', value: 'a' },
                  { op: 'replace', path: '/Files/made', value: 1 },
                ],
              },
            ],
          },
          { user: 'What is there?', trace: [{ tool: 'ls', args: {}, result: '["a"]', patch: [] }] },
          {
            user: 'Make it again.',
            trace: [
              {
                tool: 'touch',
                args: { name: 'a' },
                result: 'null',
                patch: [{ op: 'replace', path: '/Files/made', value: 2 }],
              },
            ],
          },
        ],
        // Of {"Files":{"made":2,"names":["a"]}}.
        final_sha256: '1fd738f7c9a73cf8d54f32364f83d0ea0063819fbfedf55e835ae178a4cd8770',
      },
    ],
  },
  odd: [],
  passedOver: [],
};
