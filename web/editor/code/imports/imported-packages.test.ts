import { expect, test } from 'vitest'
import { importedPackages } from './imported-packages.ts'

const names = (code: string) => importedPackages(code).map(({ name }) => name)

test.each([
  ['import chunk from "lodash-es"', ['lodash-es']],
  ["import chunk from 'lodash-es/chunk.js'", ['lodash-es']],
  ['import { a, type B } from "@scope/name/deep"', ['@scope/name']],
  ['import * as z from "zod"; import "side-effects"', ['zod', 'side-effects']],
  ['import type { T } from "types-only"', ['types-only']],
  ['import {\n  one,\n  two,\n} from "many-lines"', ['many-lines']],
  ['export { a } from "passed-on"', ['passed-on']],
  ['import a from "twice"\nimport { b } from "twice/more"', ['twice']],
  ['import a from "./here"\nimport b from "node:fs"\nimport c from "/there"', []],
  ['import a from "not whole', []],
  ['// import a from "commented"', []],
  ['const a = `import from "${x}"`', []],
  ['log("and from \'here\'")', []],
  ['export default () => "zod"', []],
])('%j imports %j', (code, expected) => {
  expect(names(code)).toEqual(expected)
})

test('each is at the place of its name', () => {
  expect(importedPackages('// first\nimport {\n  z,\n} from "zod"\n')).toEqual([{ name: 'zod', line: 4, column: 9 }])
  expect(importedPackages('import x from "a"')).toEqual([{ name: 'a', line: 1, column: 16 }])
})
