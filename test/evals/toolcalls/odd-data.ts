import type { Json } from '../../../domain/canonical.ts';

const AREA = { type: 'object', properties: { side: { type: 'number' } }, required: ['side'] };

function tool(name: string, parameters: Json = AREA, description: Json = 'What it does.'): Json {
  return { name, description, parameters };
}

const TOOLS: Readonly<Record<string, Json>> = {
  area: tool('math.area', AREA, null),
  sameName: tool('math.area', { type: 'object' }),
  nullable: tool('area_or_none', { type: 'object', properties: { side: { type: 'number', nullable: true } } }),
  dependencies: tool('area_of_two', { type: 'object', dependencies: { side: ['other'] } }),
  async: tool('area_later', { ...AREA, $async: true }),
  pattern: tool('area_by_name', { type: 'object', properties: { name: { type: 'string', pattern: '(?i)^square$' } } }),
  dict: tool('area_of_dict', { type: 'dict', properties: { side: { type: 'float' } } }),
  submit: tool('submit'),
  readOn: tool('read_on'),
  long: tool('a'.repeat(129)),
  // The letter and its dots apart.
  decomposed: tool('fla\u0308che'),
  spaced: tool(' area '),
  plan: tool('plan'),
  noParameters: { name: 'area_of_nothing' },
};

function question(id: string, tools: readonly string[], more: { readonly [name: string]: Json } = {}): Json {
  const name = 'math.area';
  return {
    id,
    cat: 'simple',
    user: 'How large is it?',
    tools,
    calls: [{ name, arguments: { side: 2 }, valid: true }],
    invalid: [{ kind: 'missing_required', name, arguments: {}, confirmed_invalid: true }],
    ...more,
  };
}

function asked(id: string, name: string): Json {
  return question(`asks ${id}`, ['area', id], { calls: [{ name, arguments: { side: 2 }, valid: true }], invalid: [] });
}

/** A bfcl.json of the evaluation's form whose first three cases can be played, and of the others those with names and schemas that an author may not give. */
export const ODD_BFCL: Json = {
  version: 4,
  tools: TOOLS,
  cases: [
    question('plain', ['area'], { difficulty: 3 }),
    question('one tool twice', ['area', 'area']),
    question('cut', ['area'], { user: 'How large is \ud83d' }),
    ...Object.keys(TOOLS)
      .filter((id) => id !== 'area')
      .map((id) => question(`with ${id}`, ['area', id])),
    asked('submit', 'submit'),
    asked('spaced', ' area '),
    question('undeclared', ['gone']),
    question('plain', ['area']),
    question('two\nlines', ['area']),
    { id: 'formless', user: 'How large is it?' },
    'no case',
  ],
};

/** A bfcl-multiturn.json of which nothing can be played. */
export const ODD_MULTI_TURN: Json = {
  apis: { One: [tool('touch')], Other: [tool('touch', { type: 'object' })] },
  tasks: [
    conversation('namesakes', ['One', 'Other'], []),
    conversation('nowhere', ['One', 'One'], [{ op: 'remove', path: '/gone' }]),
    conversation('other operation', ['One'], [{ op: 'move', from: '/a', path: '/b' }]),
  ],
};

function conversation(id: string, apis: readonly string[], patch: Json): Json {
  const trace = [{ api: 'One', tool: 'touch', args: { side: 2 }, ok: true, result: 'done', patch }];
  return { id, apis, init_state: {}, turns: [{ user: 'Touch it.', trace }], final_sha256: '' };
}
