import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { copySources } from '../copy-sources.ts'
import type { FaultKind } from '../faults/fault.ts'

/** A way to break the product that must show, and what brings it to light. */
export interface BrokenBuild {
  name: string
  /** What it does wrong, in a sentence. */
  sentence: string
  replacements: { file: string; find: string; put: string }[]
  /** One of these is what it is to be caught by. */
  breaks: readonly string[]
  kinds: readonly string[]
  only: readonly FaultKind[]
}

/** A copy of the sources in which some text is replaced. Throws when that text is not there (any more) exactly once. */
export async function breakBuild(root: string, copy: string, { name, replacements }: BrokenBuild): Promise<void> {
  await copySources(root, copy)
  for (const { file, find, put } of replacements) {
    const text = await readFile(join(copy, file), 'utf8')
    const count = text.split(find).length - 1
    if (count !== 1) {
      throw new Error(
        `The broken build "${name}" replaces a text in ${file} that is there ${count} times: adapt it in bench/chaos/broken`,
      )
    }
    await writeFile(
      join(copy, file),
      text.replace(find, () => put),
    )
  }
}
