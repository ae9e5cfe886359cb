import { ROUTES } from './contract.ts';

const PATTERNS = Object.keys(ROUTES).map((name) => {
  const [method = '', path = ''] = name.split(' ');
  const parts = path.split('/').map((part) => (part.startsWith('{') ? undefined : part));
  return { method, parts };
});

/** The methods that the contract has for a path; none for a path that is not in it. */
export function allowedMethods(path: string): readonly string[] {
  const given = path.split('/');
  return PATTERNS.filter(
    ({ parts }) =>
      parts.length === given.length &&
      parts.every((part, index) => (part === undefined ? given[index] !== '' : part === given[index])),
  ).map(({ method }) => method);
}
