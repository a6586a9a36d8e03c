import * as monaco from 'monaco-editor/editor/editor.api'
import EditorWorker from 'monaco-editor/editor/editor.worker?worker'
import TypeScriptWorker from 'monaco-editor/languages/features/typescript/ts.worker?worker'
import {
  ScriptTarget,
  ModuleKind,
  ModuleResolutionKind,
  typescriptDefaults,
} from 'monaco-editor/languages/features/typescript/register'
import 'monaco-editor/languages/definitions/typescript/register'
import 'monaco-editor/features/bracketMatching/register'
import 'monaco-editor/features/clipboard/register'
import 'monaco-editor/features/codeAction/register'
import 'monaco-editor/features/codicon/register'
import 'monaco-editor/features/comment/register'
import 'monaco-editor/features/contextmenu/register'
import 'monaco-editor/features/find/register'
import 'monaco-editor/features/folding/register'
import 'monaco-editor/features/format/register'
import 'monaco-editor/features/gotoError/register'
import 'monaco-editor/features/gotoSymbol/register'
import 'monaco-editor/features/hover/register'
import 'monaco-editor/features/indentation/register'
import 'monaco-editor/features/lineSelection/register'
import 'monaco-editor/features/linesOperations/register'
import 'monaco-editor/features/multicursor/register'
import 'monaco-editor/features/parameterHints/register'
import 'monaco-editor/features/readOnlyMessage/register'
import 'monaco-editor/features/rename/register'
import 'monaco-editor/features/smartSelect/register'
import 'monaco-editor/features/snippet/register'
// The feature called "suggest" brings only inline suggestions; the list is this one.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController'
import 'monaco-editor/features/toggleTabFocusMode/register'
import 'monaco-editor/features/tokenization/register'
import 'monaco-editor/features/wordHighlighter/register'
import 'monaco-editor/features/wordOperations/register'
import sandboxTypes from './sandbox-types.txt?raw'

/**
 * Monaco with what writing TypeScript needs and no more. Only this file and those that import it know Monaco; they
 * are loaded when the first code step is opened.
 */
export { monaco }

self.MonacoEnvironment = {
  getWorker: (_id: string, label: string) =>
    label === 'typescript' || label === 'javascript' ? new TypeScriptWorker() : new EditorWorker(),
}

typescriptDefaults.setCompilerOptions({
  target: ScriptTarget.ESNext,
  module: ModuleKind.ESNext,
  moduleResolution: ModuleResolutionKind.NodeJs,
  // The sandbox has no page: `document` and `window` are mistakes there, so they are here.
  lib: ['es2023'],
  strict: true,
  // Somebody who writes no types is not told off for it.
  noImplicitAny: false,
  isolatedModules: true,
  allowNonTsExtensions: true,
})
typescriptDefaults.setEagerModelSync(true)

/** Says what `trigger`, `steps` and `input` are for the code step that is open. */
export function setContextTypes(stepId: string, types: string): void {
  typescriptDefaults.setExtraLibs([
    { content: sandboxTypes, filePath: 'file:///holdfast/sandbox.d.ts' },
    { content: types, filePath: `file:///steps/${stepId}/types.d.ts` },
  ])
}
