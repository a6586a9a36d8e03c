// Monaco comes without declarations for the languages it knows.
declare module 'monaco-editor/languages/definitions/typescript/typescript' {
  import type { languages } from 'monaco-editor/editor/editor.api'
  export const language: languages.IMonarchLanguage
}
