import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { arbitraryFlow, arbitraryId } from './testing/arbitrary-flow.ts'
import { documentFrom, filesFrom, tidyFlowText } from './flow-files.ts'
import { stepFileNames } from '#shared/step-file-names.ts'

describe('a flow as files', () => {
  test('becomes the same flow again, and then the same files, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFlow, async (document) => {
        const files = filesFrom(document)
        // As they come from a disk.
        const disk = new Map([...files].map(([path, text]) => [path, Buffer.from(text)]))
        const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
        const again = await documentFrom((path) => {
          const bytes = disk.get(path)
          return Promise.resolve(bytes && decoder.decode(bytes))
        })
        expect(JSON.stringify(again)).toBe(JSON.stringify(document))
        expect([...filesFrom(again)]).toEqual([...files])
        expect(tidyFlowText(files.get('flow.json') ?? '')).toBe(files.get('flow.json'))
      }),
      { numRuns: 500 },
    )
  })

  test('gives every step a file name that no file system takes for another’s', () => {
    fc.assert(
      fc.property(fc.array(arbitraryId, { maxLength: 20 }), (ids) => {
        const names = [...stepFileNames(ids)].map(([, name]) => name)
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(new Set(ids).size)
        for (const name of names)
          expect(name).toMatch(/^(?!(con|nul|aux|prn|com\d|lpt\d|flow|sandbox|workspace)$)[A-Za-z0-9_-]+$/i)
      }),
    )
    expect(Object.fromEntries(stepFileNames(['price', 'fetchOrder']))).toEqual({ price: 'price', fetchOrder: 'fetchOrder' })
    expect(Object.fromEntries(stepFileNames(['price', 'Price']))).toEqual({ price: 'price-0', Price: 'Price-10' })
  })
})
