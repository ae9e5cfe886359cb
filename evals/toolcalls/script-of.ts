import { offeredName } from '../replay/offered-name.ts';
import type { OracleAnswer, OracleCall, OracleQuestion } from '../replay/oracle-server.ts';
import type { InvalidCall } from './data.ts';
import type { ReplayCase } from './replay-case.ts';

type Offered = OracleQuestion['tools'];

/**
 * What the oracle says in one agent step, answer by answer, then the final output. A question's calls come in one answer, each
 * invalid one as an answer of its own; a conversation's come one by one; where no tool helps, it says so.
 */
export function scriptOf(one: ReplayCase, turn: number, offered: Offered): readonly OracleAnswer[] {
  // A name that is no tool's is a mistake of the recording, and stays.
  const known = new Set(one.tools.map(({ name }) => name));
  const named = (name: string): string => (known.has(name) ? offeredName(name, offered) : name);
  return [...answersOf(one, turn, named), { calls: [{ name: 'submit', arguments: { message: 'done' } }] }];
}

function answersOf({ of }: ReplayCase, turn: number, named: (name: string) => string): readonly OracleAnswer[] {
  switch (of.kind) {
    case 'calls':
      return [
        ...(of.case.calls.length === 0
          ? []
          : [{ calls: of.case.calls.map((call) => ({ name: named(call.name), arguments: call.arguments })) }]),
        ...of.case.invalid.map((call) => ({ calls: [invalidCall(call, named(call.name))] })),
      ];
    case 'irrelevance':
      return [{ text: 'None of the tools helps with that.' }];
    case 'multi-turn':
      return (of.task.turns[turn]?.trace ?? []).map((step) => ({
        calls: [{ name: named(step.tool), arguments: step.args }],
      }));
  }
}

function invalidCall({ raw, arguments: args = {} }: InvalidCall, name: string): OracleCall {
  return raw === undefined ? { name, arguments: args } : { name, raw };
}
