import { isBuiltin } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import type { RuleTester } from 'oxlint/plugins-dev';
import { refusalOf, type Import } from './oxlint.imports.ts';

type Rule = Parameters<RuleTester['run']>[1];
type Visitor = ReturnType<NonNullable<Rule['create']>>;
type Reported = NonNullable<Parameters<Parameters<NonNullable<Rule['create']>>[0]['report']>[0]['node']>;
type ImportNode = Parameters<NonNullable<Visitor['ImportDeclaration']>>[0];
type Exported = Parameters<NonNullable<Visitor['ExportNamedDeclaration']>>[0];

const DOC_COMMENT = /^\*\s*\S/;
const DISABLE = /^\s*(?:oxlint|eslint)-disable/;
const DISABLE_REASON = /\s--\s+\S+\s+\S+/;
const EXPECT_ERROR = /^\s*@ts-(?:expect-error|nocheck)/;
const EXPECT_ERROR_REASON = /@ts-(?:expect-error|nocheck)\W+\w+\s+\S+/;

/** Every exported declaration has a doc comment; of overloads the first one. */
const documentedExports: Rule = {
  create: (context) => ({
    ExportNamedDeclaration(node) {
      if (node.source !== null) return;
      if (node.declaration === null) {
        if (node.specifiers.length > 0) context.report({ node, message: 'Export a name where it is declared.' });
        return;
      }
      const comment = context.sourceCode.getCommentsBefore(node).at(-1);
      if (comment?.type === 'Block' && DOC_COMMENT.test(comment.value)) return;
      if (isLaterOverload(node)) return;
      context.report({ node, message: `A doc comment says what the type of ${nameOf(node)} cannot.` });
    },
  }),
};

/** What is switched off in place states its reason on that line. */
const reasonedDisable: Rule = {
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const unexplained =
          (DISABLE.test(comment.value) && !DISABLE_REASON.test(comment.value)) ||
          (EXPECT_ERROR.test(comment.value) && !EXPECT_ERROR_REASON.test(comment.value));
        if (unexplained) context.report({ node: comment, message: 'State the reason on this line, after " -- ".' });
      }
    },
  }),
};

/** Imports follow the table of oxlint.imports.ts, whatever form they take. */
const imports: Rule = {
  create: (context) => {
    const judge = (node: Reported, name: unknown, typesOnly: boolean): void => {
      if (typeof name !== 'string') return;
      const refusal = refusalOf(importOf(context.filename, name, typesOnly));
      if (refusal !== undefined) context.report({ node, message: refusal });
    };
    return {
      ImportDeclaration: (node) => judge(node, node.source.value, isTypeImport(node)),
      ExportNamedDeclaration: (node) => judge(node, node.source?.value, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => judge(node, node.source.value, node.exportKind === 'type'),
      ImportExpression: (node) => judge(node, 'value' in node.source ? node.source.value : undefined, false),
      TSImportType: (node) => judge(node, node.source.value, true),
    };
  },
};

function importOf(path: string, name: string, typesOnly: boolean): Import {
  const root = import.meta.dirname;
  const file = relative(root, path);
  if (isBuiltin(name)) return { file, name, kind: 'node', typesOnly };
  if (!name.startsWith('.')) return { file, name, kind: 'package', typesOnly };
  return { file, name: relative(root, resolve(dirname(path), name)), kind: 'relative', typesOnly };
}

function isTypeImport(node: ImportNode): boolean {
  if (node.importKind === 'type') return true;
  return node.specifiers.length > 0 && node.specifiers.every((one) => 'importKind' in one && one.importKind === 'type');
}

function isLaterOverload(node: Exported): boolean {
  const siblings: readonly unknown[] = node.parent.type === 'Program' ? node.parent.body : [];
  const before = siblings[siblings.indexOf(node) - 1];
  return isExported(before) && before.declaration?.type === 'TSDeclareFunction' && nameOf(before) === nameOf(node);
}

function isExported(node: unknown): node is Exported {
  return typeof node === 'object' && node !== null && 'type' in node && node.type === 'ExportNamedDeclaration';
}

function nameOf({ declaration }: Exported): string {
  if (declaration === null) return 'this export';
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.map(({ id }) => ('name' in id ? id.name : 'this export')).join(', ');
  }
  return declaration.id !== null && 'name' in declaration.id ? declaration.id.name : 'this export';
}

export default {
  meta: { name: 'holdfast' },
  rules: { 'documented-exports': documentedExports, 'reasoned-disable': reasonedDisable, imports },
};
