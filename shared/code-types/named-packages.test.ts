import { expect, test } from 'vitest'
import { namedPackages } from './named-packages.ts'

function named(code: string): string[] {
  return namedPackages({
    nodes: [{ id: 'work', type: 'code', position: { x: 0, y: 0 }, params: { code }, settings: {} }],
  })
}

test('finds the packages a text imports, also for their types only', () => {
  const code = `import { z } from 'zod'\nimport type { A } from "@scope/types/deep"\nimport 'plain'\nawait import( "later" )`
  expect(named(code)).toEqual(['@scope/types', 'later', 'plain', 'zod'])
})

test('reads a megabyte of space after an import once, and so ends', () => {
  expect(named(`import${' '.repeat(1_000_000)}x\nimport 'plain'`)).toEqual(['plain'])
})
