import ts from 'typescript-6'
import { expect, test } from 'vitest'
import { annotateContext } from '#shared/code-types/annotate-context.ts'
import { withPlacesOf } from './with-places-of.ts'

const declarations = 'interface Context { steps: { price: { total: number } } }'

/** A language service that sees `code` with its annotation and speaks of it without. */
function serviceFor(code: string): ts.LanguageService {
  const annotated = annotateContext(code)
  const files = new Map([
    ['/step.ts', annotated.text],
    ['/context.d.ts', declarations],
  ])
  const host: ts.LanguageServiceHost = {
    getCompilationSettings: () => ({ noLib: true, strict: true, noImplicitAny: false }),
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => ts.ScriptSnapshot.fromString(files.get(name) ?? ''),
    getCurrentDirectory: () => '/',
    getDefaultLibFileName: () => '/lib.d.ts',
    readFile: (name) => files.get(name),
    fileExists: (name) => files.has(name),
  }
  return withPlacesOf(ts.createLanguageService(host), (file) => (file === '/step.ts' ? annotated : undefined))
}

const forms = [
  'export default async ({ steps }) => steps.price.total.foo',
  'export default ({ steps: steps }, more) => steps.price.total.foo',
  'export default async function ({ steps } = {}) { return steps.price.total.foo }',
  'export default function price({ steps }) { return steps.price.total.foo }',
  'export default async all => all.steps.price.total.foo',
  'export default (all) => all.steps.price.total.foo',
  'export default ({ steps }: Context) => steps.price.total.foo',
  '// export default ({ steps }) => 1\nexport default ({ steps }) => steps.price.total.foo',
]

test('code without a type is typed all the same, and places are those of the text on the screen', () => {
  for (const code of forms) {
    const service = serviceFor(code)
    const at = code.indexOf('total')
    expect(
      service.getCompletionsAtPosition('/step.ts', at, {})?.entries.map(({ name }) => name),
      code,
    ).toEqual(['total'])
    const info = service.getQuickInfoAtPosition('/step.ts', at + 1)
    expect(info?.textSpan, code).toEqual({ start: at, length: 5 })
    expect(ts.displayPartsToString(info?.displayParts), code).toContain('total: number')
    const [problem] = service.getSemanticDiagnostics('/step.ts').filter((one) => one.code === 2339)
    expect([problem?.start, problem?.length], code).toEqual([code.indexOf('foo'), 3])
    const [definition] = service.getDefinitionAtPosition('/step.ts', at) ?? []
    expect(definition).toMatchObject({ fileName: '/context.d.ts', textSpan: { start: declarations.indexOf('total'), length: 5 } })
    const [first, second] = service.getReferencesAtPosition('/step.ts', code.lastIndexOf('steps')) ?? []
    expect([first, second].map((one) => one?.fileName)).toContain('/step.ts')
  }
})

test('what has a type, or is no function with a parameter, is left as it is', () => {
  for (const code of [
    'export default ({ steps }: Context) => 1',
    'export default (all: any) => 1',
    'export default () => 1',
    'export default (...all) => 1',
    'export default 7',
    'export default <T,>(x: T) => x',
    'const step = ({ steps }) => 1\nexport default step',
    'export default ({ steps',
    'export default async function* () {}',
    '',
  ])
    expect(annotateContext(code).text).toBe(code)
})

test('places go there and back', () => {
  for (const code of forms) {
    const { text, original, annotated } = annotateContext(code)
    for (let place = 0; place <= code.length; place++) {
      expect(original(annotated(place))).toBe(place)
      if (place < code.length) expect([code[place], ' ', ':', '('], code).toContain(text[annotated(place)])
    }
    for (let place = 0; place <= text.length; place++) expect(original(place)).toBeLessThanOrEqual(code.length)
  }
})
