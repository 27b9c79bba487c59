/**
 * Public members without a doc comment: what an editor shows nothing for. A test reads it.
 */
import { join, relative } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..');

/** Their names say all there is to say, or another language defines them. */
const saidBy = /^(constructor|create|name|toJSON)$/;

/** `type.member` for each exported type, function, class and member of an entry of the package without a doc comment. */
export function undocumented(source: string): string[] {
  const configFile = ts.readConfigFile(join(ROOT, 'tsconfig.build.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(configFile.config, ts.sys, ROOT);
  const entry = join(ROOT, source);
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(entry);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  if (module === undefined) throw new Error(`${source} exports nothing`);
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported);
    const declarations = (symbol.declarations ?? []).filter((one) => isOurs(one));
    if (declarations.length === 0) return [];
    const own = isDocumented(symbol, checker) ? [] : [exported.name];
    const members = declarations.flatMap((declaration) =>
      ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)
        ? declaration.members.flatMap((member) => memberName(member))
        : [],
    );
    return [...own, ...members.map((name) => `${exported.name}.${name}`)];
  });

  function memberName(member: ts.ClassElement | ts.TypeElement): string[] {
    const { name } = member;
    if (name === undefined || !ts.isIdentifier(name) || saidBy.test(name.text)) return [];
    const isHidden = ts.canHaveModifiers(member) && /@internal/.test(member.getFullText());
    const symbol = checker.getSymbolAtLocation(name);
    return isHidden || symbol === undefined || isDocumented(symbol, checker) ? [] : [name.text];
  }
}

/** Generated from the frame's schema, whose comments it has. */
function isOurs(declaration: ts.Declaration): boolean {
  const path = relative(ROOT, declaration.getSourceFile().fileName);
  return path.startsWith('src/') && !path.includes('/gen/');
}

function isDocumented(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return symbol.getDocumentationComment(checker).length > 0 || symbol.getJsDocTags(checker).length > 0;
}
