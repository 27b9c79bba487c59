/**
 * Public members without a doc comment, for which an editor shows nothing.
 */
import { join } from 'node:path';
import ts from 'typescript';

/** JavaScript defines what they do. */
const saidBy = /^(constructor|toJSON)$/;

/** Types whose optional members are options: each says its default. */
const areOptions = /_options$|^test_changes$|^config_(input|ports)$/;

/** What published types lack: `type.member` without a description, or without the default of an option. */
export function undocumented(folder: string, declarations: readonly string[]): string[] {
  const files = declarations.map((file) => join(folder, file));
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  return [...new Set(files.flatMap((file) => faceOf(file)))];

  function faceOf(file: string): string[] {
    const source = program.getSourceFile(file);
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${file} exports nothing`);
    return checker.getExportsOfModule(module).flatMap((exported) => {
      const symbol = (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported);
      const declarations = (symbol.declarations ?? []).filter(isOurs);
      if (declarations.length === 0) return [];
      return [
        ...(hasText(symbol) ? [] : [exported.name]),
        ...declarations.flatMap((declaration) => membersIn(declaration, exported.name, exported.name)),
      ];
    });
  }

  /** The members of a class, an interface or an object type, and those of object types in them. */
  function membersIn(node: ts.Node, path: string, owner: string): string[] {
    if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeLiteralNode(node)) {
      return node.members.flatMap((member) => lacking(member, path, owner));
    }
    if (ts.isTypeAliasDeclaration(node)) return membersIn(node.type, path, owner);
    if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node))
      return node.types.flatMap((part) => membersIn(part, path, owner));
    if (ts.isParenthesizedTypeNode(node)) return membersIn(node.type, path, owner);
    return [];
  }

  function lacking(member: ts.ClassElement | ts.TypeElement, path: string, owner: string): string[] {
    const { name } = member;
    if (name === undefined || !ts.isIdentifier(name) || saidBy.test(name.text)) return [];
    if (ts.canHaveModifiers(member) && ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) return [];
    const symbol = checker.getSymbolAtLocation(name);
    const own = `${path}.${name.text}`;
    const type = ts.isPropertySignature(member) || ts.isPropertyDeclaration(member) ? member.type : undefined;
    const inner = type === undefined ? [] : membersIn(type, own, owner);
    if (symbol === undefined) return inner;
    const isOption = areOptions.test(owner) && ts.isPropertySignature(member) && member.questionToken !== undefined;
    const isSection = inner.length > 0 || (type !== undefined && hasMembers(type));
    return [
      ...(hasText(symbol) ? [] : [own]),
      ...(isOption && !isSection && !tagsOf(symbol).includes('default') ? [`${own} @default`] : []),
      ...inner,
    ];
  }

  function tagsOf(symbol: ts.Symbol): string[] {
    return symbol.getJsDocTags(checker).map((tag) => tag.name);
  }

  function hasText(symbol: ts.Symbol): boolean {
    return symbol.getDocumentationComment(checker).length > 0 || tagsOf(symbol).length > 0;
  }

  function isOurs(declaration: ts.Declaration): boolean {
    // Those in gen/ have the comments of the frame's schema.
    const path = declaration.getSourceFile().fileName;
    return path.startsWith(folder) && !path.includes('/gen/');
  }
}

function hasMembers(type: ts.TypeNode): boolean {
  return ts.isTypeLiteralNode(type) || (ts.isUnionTypeNode(type) && type.types.some(hasMembers));
}
