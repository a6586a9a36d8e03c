import { monaco } from '../monaco.ts'
import type { PackageOffers } from './use-package-offers.ts'

// Monaco keeps what a language can do once for all editors; only one code step is open at a time, and this is its own.
let now: PackageOffers = { offers: [], ready: [], add: undefined }

/** Says which packages the open code step can import, and what is offered about those that are missing. */
export function setImports(next: PackageOffers): void {
  now = next
}

/** Takes up the offer of a line, when there is one to be taken. Answers whether there was. */
export function takeOfferAt(line: number): boolean {
  const offer = offersAt(line)[0]
  if (offer === undefined || now.add === undefined) return false
  now.add(offer.name, offer.version)
  return true
}

function offersAt(line: number): { name: string; version: string; line: number }[] {
  return now.offers.flatMap((offer) =>
    offer.line === line && (offer.kind === 'offered' || offer.kind === 'failed') ? [offer] : [],
  )
}

const addPackage = 'holdfast.addPackage'
monaco.editor.registerCommand(addPackage, (_accessor, line: number) => {
  takeOfferAt(line)
})

// The bulb at the line.
monaco.languages.registerCodeActionProvider('typescript', {
  provideCodeActions(_model, range, { markers }) {
    const actions =
      now.add === undefined
        ? []
        : offersAt(range.startLineNumber).map((offer): monaco.languages.CodeAction => {
            const title = `Add ${offer.name} ${offer.version} to this workspace`
            return {
              title,
              kind: 'quickfix',
              isPreferred: true,
              diagnostics: [...markers],
              command: { id: addPackage, title, arguments: [offer.line] },
            }
          })
    return { actions, dispose: () => undefined }
  },
})

// After `from "` the packages that are there.
monaco.languages.registerCompletionItemProvider('typescript', {
  triggerCharacters: ['"', "'", '@'],
  provideCompletionItems(model, position) {
    const before = model.getLineContent(position.lineNumber).slice(0, position.column - 1)
    const typed = /(?:\bfrom|^\s*import)\s*["']([^"']*)$/.exec(before)?.[1]
    if (typed === undefined) return { suggestions: [] }
    const range = new monaco.Range(position.lineNumber, position.column - typed.length, position.lineNumber, position.column)
    return {
      suggestions: now.ready.map(({ name, version }) => ({
        label: name,
        kind: monaco.languages.CompletionItemKind.Module,
        insertText: name,
        detail: version,
        range,
      })),
    }
  },
})
