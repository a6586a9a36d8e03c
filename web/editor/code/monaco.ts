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
// The workers of TypeScript bring every feature of the editor along, a moment later. They have to be there before the
// first editor is made: it fixes the services, and features that come afterwards fail in the second one.
import 'monaco-editor/internal/common/workers'
import sandboxTypes from './sandbox-types.txt?raw'

/**
 * Monaco with TypeScript and no other language. Only this file and those that import it know Monaco; they are loaded
 * when the first code step is opened.
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
