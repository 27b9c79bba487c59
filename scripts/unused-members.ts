/**
 * Finds class members that no program uses: `npm run check:unused`. Knip checks exports, and the compiler checks
 * private members; this checks the others. A member that only tests use counts as unused.
 *
 * A member counts as used if the code outside of test/ mentions it, or a member of this name in a type that the class
 * implements or extends, or if src/index.ts or testing/index.ts exports its class.
 */
import { join, relative } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');
const configFile = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
const { fileNames, options } = ts.parseJsonConfigFileContent(configFile.config, ts.sys, ROOT);
const isTest = (path: string): boolean => relative(ROOT, path).startsWith('test/');
const paths = fileNames.filter((path) => !isTest(path));
const program = ts.createProgram(paths, options);
const checker = program.getTypeChecker();
const ours = program.getSourceFiles().filter(({ fileName }) => paths.includes(fileName));

/** Classes of the public API, which other programs use. */
const publicClasses = new Set(
  ours
    .filter(({ fileName }) => ['src/index.ts', 'testing/index.ts'].includes(relative(ROOT, fileName)))
    .map((face) => checker.getSymbolAtLocation(face))
    .flatMap((module) => (module === undefined ? [] : checker.getExportsOfModule(module)))
    .map(({ name }) => name),
);
const members = ours.flatMap((file) => classesIn(file).flatMap(visibleMembers));
/** Asking the compiler about each identifier would take a minute. */
const names = new Set(members.map(({ name }) => name));
/** Members that only tests read, because nothing else shows their subject. */
const onlyTests = new Set([
  'BrokerGateway.connections',
  'BrokerNode.logTail',
  'IamCluster.logins',
  'LocalTarget.pids',
  'Watchdog.pid',
  'WireReader.left',
]);
/** Declarations that are mentioned outside of tests. */
const used = new Set<ts.Node>();

for (const file of ours) visit(file);
const unused = members.filter(
  ({ place, name, declarations }) =>
    !onlyTests.has(`${place.split(' ')[1] ?? ''}.${name}`) && !declarations.some((one) => used.has(one)),
);
if (unused.length > 0) {
  const lines = unused.map(({ place, name }) => `${place}.${name}`);
  process.stderr.write(`Class members that no program uses (${unused.length})\n${lines.join('\n')}\n`);
  process.exitCode = 1;
}

function visit(node: ts.Node): void {
  if (ts.isIdentifier(node) && names.has(node.text)) mention(node);
  ts.forEachChild(node, visit);
}

function mention(name: ts.Identifier): void {
  const { parent } = name;
  // The name in the declaration itself does not count as a use.
  if (ts.isClassElement(parent) && parent.name === name) return;
  for (const { declarations = [] } of symbolsOf(name)) for (const declaration of declarations) used.add(declaration);
}

function symbolsOf(name: ts.Identifier): ts.Symbol[] {
  const { parent } = name;
  const symbols: (ts.Symbol | undefined)[] = [checker.getSymbolAtLocation(name)];
  // `const { member } = object`
  if (ts.isBindingElement(parent) && (parent.propertyName ?? parent.name) === name)
    symbols.push(checker.getTypeAtLocation(parent.parent).getProperty(name.text));
  return symbols.flatMap((symbol) => (symbol === undefined ? [] : [symbol, ...checker.getRootSymbols(symbol)]));
}

function classesIn(file: ts.SourceFile): ts.ClassDeclaration[] {
  const classes: ts.ClassDeclaration[] = [];
  const find = (node: ts.Node): void => {
    if (ts.isClassDeclaration(node)) classes.push(node);
    ts.forEachChild(node, find);
  };
  find(file);
  return classes.filter((found) => !publicClasses.has(found.name?.text ?? ''));
}

interface Member {
  readonly place: string;
  readonly name: string;
  /** Its own declarations, and those of the types that its class implements or extends. */
  readonly declarations: readonly ts.Node[];
}

function visibleMembers(found: ts.ClassDeclaration): Member[] {
  const file = found.getSourceFile();
  const parents = (found.heritageClauses ?? []).flatMap(({ types }) =>
    types.map((type) => checker.getTypeAtLocation(type)),
  );
  return found.members.flatMap((member) => {
    const { name } = member;
    if (name === undefined || !ts.isIdentifier(name) || isPrivate(member) || name.text === 'toJSON') return [];
    const { line } = file.getLineAndCharacterOfPosition(member.getStart());
    const place = `${relative(ROOT, file.fileName)}:${line + 1} ${found.name?.text ?? ''}`;
    const inherited = parents.flatMap((parent) => parent.getProperty(name.text)?.declarations ?? []);
    return [{ place, name: name.text, declarations: [member, ...inherited] }];
  });
}

function isPrivate(member: ts.ClassElement): boolean {
  return (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0;
}
