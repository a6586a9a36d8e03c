import {
  initialize,
  TypeScriptWorker,
  type WorkerContext,
  type WorkerData,
} from 'monaco-editor/languages/features/typescript/ts.worker'
import { annotateContext, type AnnotatedCode } from '#shared/code-types/annotate-context.ts'
import { withPlacesOf } from './with-places-of.ts'

const packagesFolder = 'file:///node_modules/'

/**
 * TypeScript beside the editor. It reads a code step as if its parameter had the type `Context` where nobody wrote one,
 * as the server's check does, and speaks of the text as it is on the screen.
 */
class CodeWorker extends TypeScriptWorker {
  private packagesEdition = 0
  private readonly annotated = new Map<string, { text: string; code: AnnotatedCode }>()

  constructor(context: WorkerContext, data: WorkerData) {
    super(context, data)
    this._languageService = withPlacesOf(this._languageService, (file) => this.annotationOf(file))
  }

  /** Packages are read when they are imported, and no sooner: they are many files. */
  override getScriptFileNames(): string[] {
    return super.getScriptFileNames().filter((file) => !file.startsWith(packagesFolder))
  }

  /** Packages that came or went: what code imports is looked up again, though its text is the same. */
  override async updateExtraLibs(extraLibs: WorkerData['extraLibs']): Promise<void> {
    if (packageFiles(extraLibs) !== packageFiles(this._extraLibs)) this.packagesEdition++
    await super.updateExtraLibs(extraLibs)
  }

  override getScriptVersion(file: string): string {
    const version = super.getScriptVersion(file)
    return file.startsWith('file:///steps/') ? `${version}.${this.packagesEdition}` : version
  }

  override _getScriptText(file: string): string | undefined {
    const text = super._getScriptText(file)
    return this.annotationOf(file, text)?.text ?? text
  }

  private annotationOf(file: string, text = super._getScriptText(file)): AnnotatedCode | undefined {
    if (text === undefined || !file.startsWith('file:///steps/') || !this.hasContext(file)) return undefined
    const known = this.annotated.get(file)
    if (known?.text === text) return known.code
    const code = annotateContext(text)
    this.annotated.set(file, { text, code })
    return code
  }

  /** A text that says itself what its `Context` is has none in its declarations. */
  private hasContext(file: string): boolean {
    const declarations = this._extraLibs[file.replace('/steps/', '/types/').replace(/\.ts$/, '.d.ts')]
    return declarations?.content.includes('interface Context ') === true
  }
}

function packageFiles(extraLibs: WorkerData['extraLibs']): string {
  return Object.keys(extraLibs)
    .filter((file) => file.startsWith(packagesFolder))
    .toSorted()
    .join('\n')
}

// In place of the worker's own, which takes no other class.
// oxlint-disable-next-line unicorn/prefer-add-event-listener
self.onmessage = () => {
  initialize((context, data) => new CodeWorker(context, data))
}
