// The editor's package has no declarations of its worker. These are the parts of it that are used here.
declare module 'monaco-editor/languages/features/typescript/ts.worker' {
  export interface WorkerContext {
    getMirrorModels(): unknown[]
  }
  export interface WorkerData {
    extraLibs: { [path: string]: { content: string; version: number } }
  }
  export class TypeScriptWorker {
    constructor(context: WorkerContext, data: WorkerData)
    protected _languageService: object
    protected _extraLibs: WorkerData['extraLibs']
    getScriptFileNames(): string[]
    getScriptVersion(file: string): string
    updateExtraLibs(extraLibs: WorkerData['extraLibs']): Promise<void>
    _getScriptText(file: string): string | undefined
  }
  export function initialize(make: (context: WorkerContext, data: WorkerData) => TypeScriptWorker): void
}
