import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type ts from 'typescript-6'
import type { TypeFile } from '#shared/code-types/flow-types.ts'
import { createFlowChecker } from './flow-checker.ts'
import type { CheckMessage, CheckRequest } from './messages.ts'

/**
 * A process of its own for looking at people's code: TypeScript can be kept busy for ever, or made to use all memory,
 * by a few lines of types. It is started with nothing but the path of the library, and can read nothing else.
 */
const [library = '', options = '{}'] = process.argv.slice(2)
const typescript: typeof ts = createRequire(library)(library)
const checker = createFlowChecker(typescript, dirname(library), JSON.parse(options))

function send(message: CheckMessage): void {
  process.send?.(message)
}

let libraries: readonly TypeFile[] = []

process.on('message', ({ id, ...request }: CheckRequest) => {
  libraries = request.libraries.files ?? libraries
  const files = [...request.files, ...libraries]
  const problems = checker.check({ ...request, files }, (path) => send({ t: 'at', id, path }))
  send({ t: 'done', id, problems })
})
process.on('disconnect', () => process.exit(0))
send({ t: 'ready' })
