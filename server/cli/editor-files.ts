import { codeStyle } from '#shared/code-style.ts'
import { codeCompilerOptions } from '#shared/code-types/compiler-options.ts'

/** Files beside a flow's own that make an editor and git treat them as the product does. The same for every flow. */
export const editorFiles: ReadonlyMap<string, string> = new Map([
  [
    'tsconfig.json',
    `${JSON.stringify({ compilerOptions: codeCompilerOptions, include: ['steps/**/*.ts', 'types/**/*.ts'] }, null, 2)}\n`,
  ],
  // What is laid out here as the editor of the product does it comes back from there unchanged.
  ['.prettierrc', `${JSON.stringify(codeStyle, null, 2)}\n`],
  // What we write has a layout of its own, by which a pull sees what was changed here.
  ['.prettierignore', '/*.json\n/samples/\n/types/\n'],
  // Code is kept to the letter: git must not change the ends of its lines.
  ['.gitattributes', '* -text\n'],
  ['.gitignore', 'node_modules/\n'],
])
