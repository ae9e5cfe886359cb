import type { OracleAnswer, OracleCall, OracleQuestion } from '../replay/oracle-server.ts';
import { canonicalText } from '../replay/state-hash.ts';
import type { InvalidCall } from './data.ts';
import type { ReplayCase } from './replay-case.ts';

type Offered = OracleQuestion['tools'];

/**
 * What the oracle says in one agent step, answer by answer, then the final output. A question's calls come in one answer, each
 * invalid one as an answer of its own; a conversation's come one by one; where no tool helps, it says so.
 */
export function scriptOf(one: ReplayCase, turn: number, offered: Offered): readonly OracleAnswer[] {
  const named = (name: string): string => offeredName(one, name, offered);
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

// A name that no model may call is offered under another one: it is known again, as by a model, by what it does and takes.
function offeredName({ tools }: ReplayCase, name: string, offered: Offered): string {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined || offered.some((other) => other.name === name)) return name;
  const takes = canonicalText(tool.parameters);
  const same = offered.filter(
    (other) => other.description === tool.description && canonicalText(other.parameters) === takes,
  );
  return same[0]?.name ?? name;
}
