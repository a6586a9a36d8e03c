import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type ts from 'typescript-6'
import type { CheckRequest, FoundProblem } from './messages.ts'

/** Flows whose files are kept read, the most recently asked about; each is some 20 MiB. */
const mostKept = 4

/** Lines of one message are kept to what a person reads. */
const longestMessage = 600
const mostProblems = 100

export interface FlowChecker {
  check(request: Omit<CheckRequest, 'id' | 'libraries'>, onFile: (path: string) => void): FoundProblem[]
}

/**
 * Looks at flows with TypeScript's language service. All it can read are the files it is handed and TypeScript's own
 * library: a text that names `/etc/passwd` finds no such file.
 */
export function createFlowChecker(typescript: typeof ts, libFolder: string, jsonOptions: object): FlowChecker {
  const { options } = typescript.convertCompilerOptionsFromJson(jsonOptions, '/')
  const registry = typescript.createDocumentRegistry()
  const libs = new Map<string, string | undefined>()
  const flows = new Map<string, KeptFlow>()

  function readLib(path: string): string | undefined {
    const name = path.startsWith(libPrefix) ? path.slice(libPrefix.length) : ''
    if (!/^lib\.(?:es|decorators)[\w.]*\.d\.ts$/.test(name)) return undefined
    if (!libs.has(name)) {
      try {
        libs.set(name, readFileSync(join(libFolder, name), 'utf8'))
      } catch {
        libs.set(name, undefined)
      }
    }
    return libs.get(name)
  }

  function keptFlow(key: string): KeptFlow {
    const known = flows.get(key)
    flows.delete(key)
    const flow = known ?? new KeptFlow(typescript, options, registry, readLib)
    flows.set(key, flow)
    for (const [oldest, { service }] of flows) {
      if (flows.size <= mostKept) break
      service.dispose()
      flows.delete(oldest)
    }
    return flow
  }

  return {
    check({ key, files, checked }, onFile) {
      const { service } = keptFlow(key).with(files)
      const problems: FoundProblem[] = []
      for (const path of checked) {
        onFile(path)
        if (service.getSyntacticDiagnostics(`/${path}`).length > 0) continue
        for (const diagnostic of service.getSemanticDiagnostics(`/${path}`)) {
          if (diagnostic.start === undefined || problems.length >= mostProblems) continue
          problems.push({
            path,
            start: diagnostic.start,
            length: diagnostic.length ?? 0,
            code: diagnostic.code,
            messages: messagesOf(diagnostic.messageText).map((message) => message.slice(0, longestMessage)),
          })
        }
      }
      return problems
    },
  }
}

const libPrefix = '/lib/'

class KeptFlow {
  readonly service: ts.LanguageService
  private files = new Map<string, { text: string; version: string }>()
  private folders = new Set<string>()
  private version = 0

  constructor(
    typescript: typeof ts,
    options: ts.CompilerOptions,
    registry: ts.DocumentRegistry,
    readLib: (path: string) => string | undefined,
  ) {
    const read = (path: string) => this.files.get(path)?.text ?? readLib(path)
    const host: ts.LanguageServiceHost = {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [...this.files.keys()].filter((path) => !path.startsWith('/node_modules/')),
      getScriptVersion: (path) => this.files.get(path)?.version ?? '',
      getScriptSnapshot(path) {
        const text = read(path)
        return text === undefined ? undefined : typescript.ScriptSnapshot.fromString(text)
      },
      getProjectVersion: () => String(this.version),
      getCurrentDirectory: () => '/',
      getDefaultLibFileName: (given) => libPrefix + typescript.getDefaultLibFileName(given),
      readFile: read,
      fileExists: (path) => read(path) !== undefined,
      directoryExists: (path) => this.folders.has(path) || path === '/lib',
      getDirectories: () => [],
      useCaseSensitiveFileNames: () => true,
    }
    this.service = typescript.createLanguageService(host, registry)
  }

  /** The flow as it is now; what has not changed keeps its version and is not read again. */
  with(files: CheckRequest['files']): this {
    const before = this.files
    this.files = new Map()
    let isChanged = files.length !== before.size
    for (const { path, text } of files) {
      const known = before.get(`/${path}`)
      isChanged ||= known?.text !== text
      this.files.set(`/${path}`, known?.text === text ? known : { text, version: versionOf(text) })
    }
    if (!isChanged) return this
    this.version++
    this.folders = new Set([...this.files.keys()].flatMap(foldersOf))
    return this
  }
}

/** Flows share what was read of files of the same path and version, so a version may only ever stand for one text. */
function versionOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(1, -1)
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`)
}

function messagesOf(text: string | ts.DiagnosticMessageChain): string[] {
  return typeof text === 'string' ? [text] : [text.messageText, ...(text.next ?? []).flatMap(messagesOf)]
}
