import * as monaco from 'monaco-editor/editor/editor.api'
import EditorWorker from 'monaco-editor/editor/editor.worker?worker'
import TypeScriptWorker from './type-worker.ts?worker'
import { ScriptTarget, ModuleKind, typescriptDefaults } from 'monaco-editor/languages/features/typescript/register'
import 'monaco-editor/languages/definitions/typescript/register'
// The workers of TypeScript bring every feature of the editor along, a moment later. They have to be there before the
// first editor is made: it fixes the services, and features that come afterwards fail in the second one.
import 'monaco-editor/internal/common/workers'
import { codeCompilerOptions } from '#shared/code-types/compiler-options.ts'
import type { ContextTypes } from './use-context-types.ts'

/**
 * Monaco with TypeScript and no other language. Only this file and those that import it know Monaco; they are loaded
 * when the first code step is opened.
 */
export { monaco }

self.MonacoEnvironment = {
  getWorker: (_id: string, label: string) =>
    label === 'typescript' || label === 'javascript' ? new TypeScriptWorker() : new EditorWorker(),
}

// What the editor has no names for: `bundler` and `force`.
const unnamed: { [option: string]: number } = { moduleResolution: 100, moduleDetection: 3 }

// Names of targets and the like are numbers of the library here.
const {
  target: _target,
  module: _module,
  moduleResolution: _resolution,
  moduleDetection: _detection,
  ...options
} = codeCompilerOptions
typescriptDefaults.setCompilerOptions({
  ...options,
  lib: [...options.lib],
  target: ScriptTarget.ESNext,
  module: ModuleKind.ESNext,
  ...unnamed,
  allowNonTsExtensions: true,
})
typescriptDefaults.setEagerModelSync(true)

/** Where the text of a code step lies, beside its declarations. */
export function stepUri(stepId: string): monaco.Uri {
  return monaco.Uri.parse(`file:///steps/${stepId}.ts`)
}

/** Says what the code step that is open is given. */
export function setContextTypes(types: ContextTypes): void {
  typescriptDefaults.setExtraLibs(types.map(({ path, text }) => ({ content: text, filePath: `file:///${path}` })))
}
