import ts from 'typescript';
import { ROOT, SnippetFolder, type Snippet } from './snippets.js';
import { join } from 'node:path';

/** What the compiler says about these programs, which import the package as its users do. */
export async function snippetProblems(snippets: readonly Snippet[]): Promise<string[]> {
  await using folder = await SnippetFolder.make(snippets);
  const file = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(file.config, ts.sys, ROOT);
  const program = ts.createProgram(
    snippets.map((snippet) => folder.file(snippet)),
    // A page may end before a value is used.
    { ...options, noUnusedLocals: false, paths: SnippetFolder.paths },
  );
  // The library itself is checked by `npm run check`.
  return snippets.flatMap((snippet) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(folder.file(snippet)))
      .map(
        ({ messageText }) =>
          `${snippet.page}, the block in line ${snippet.line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
      ),
  );
}
