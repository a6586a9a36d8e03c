import { codeReferences } from '../code-references.ts'
import type { FlowNode } from '../flow.ts'
import { nameOf } from '../flow-names.ts'
import { eachOnce, position } from './check-expressions.ts'
import type { Drawing } from './drawing.ts'

/** What keeps a code step from running, at its place in the text; lines and columns count from 1. */
interface CodeTrouble {
  line: number
  column: number
  message: string
  /** Absent for what can't be read as TypeScript. */
  code?: 'package_missing' | 'package_unusable' | 'too_large' | undefined
  /** The package it is about. */
  package?: string | undefined
}

export type CheckCode = (code: string) => CodeTrouble[]

/** 1 MiB of text a step. */
const mostBytes = 1024 * 1024

/** A code step's text: its size, its syntax, and whether the steps it names run before it. */
export function checkCodeStep(drawing: Drawing, node: FlowNode, checkCode: CheckCode | undefined): void {
  const { code } = node.params
  if (typeof code !== 'string') return
  const where = { nodeId: node.id, param: 'code' }
  if (utf8Bytes(code) > mostBytes) {
    drawing.error('too_large', `The code of "${nameOf(node)}" is larger than 1 MiB. Shorten it, or move data out of it.`, where)
    return
  }
  for (const trouble of checkCode?.(code) ?? []) {
    const { line, column } = trouble
    const said = `${trouble.message.replace(/\.$/, '')}.`
    const message = trouble.code === undefined ? `"${nameOf(node)}" can't be read at line ${line}: ${said}` : said
    const about = trouble.package === undefined ? {} : { package: trouble.package }
    drawing.error(trouble.code ?? 'code_syntax', message, { ...where, line, column, ...about })
  }
  // A variable of the code's own may be called `steps` too.
  const isOurs = !/\b(?:const|let|var|function)\s+steps\b/.test(code)
  for (const { id, start } of eachOnce(codeReferences(code).steps)) {
    const place = { ...where, ...position(code, start) }
    const step = drawing.nodes.get(id)
    if (step && drawing.typeOf(step)?.role === 'step') {
      if (drawing.isUpstream(id, node.id)) continue
      const message = `The code of "${nameOf(node)}" names "${nameOf(step)}", which doesn't run before it, so it will find nothing there. Draw a line from it, or use a step that runs before.`
      drawing.warning('not_upstream', message, place)
    } else if (isOurs && !step) {
      const message = `The code of "${nameOf(node)}" names a step called "${id}", but there is none, so it will find nothing there. Use the name of a step that runs before it.`
      drawing.warning('unknown_reference', message, place)
    }
  }
}

function utf8Bytes(text: string): number {
  if (text.length * 3 <= mostBytes) return text.length
  let bytes = 0
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  }
  return bytes
}
