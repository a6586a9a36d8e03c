import type { Needle } from './needles.ts'

/** How much of a needle the automaton knows; the rest is compared where that much was found. */
const mostKnown = 32
/** What is cut off ends like this. */
const cutMark = '…'.charCodeAt(0)

export interface Hit {
  from: number
  to: number
  shown: string
}

export interface Matcher {
  /**
   * Every place of a text where a needle is, overlapping ones as one, in one pass over the text however many needles
   * there are. With `cutAt`, the beginning of a needle of so many characters counts where the text was cut off.
   */
  find(text: string, cutAt?: number): Hit[]
}

/** Makes an automaton that looks for all needles at once (Aho and Corasick). */
export function createMatcher(needles: readonly Needle[]): Matcher {
  const classes = classesOf(needles)
  const width = classes.count
  const size = needles.reduce((sum, { text }) => sum + Math.min(text.length, mostKnown), 1)
  const next = new Int32Array(size * width).fill(-1)
  const depth = new Uint8Array(size)
  const ends: Needle[][] = [[]]
  let nodes = 1
  for (const needle of needles) {
    let at = 0
    for (let i = 0; i < Math.min(needle.text.length, mostKnown); i++) {
      const place = at * width + classes.of(needle.text.charCodeAt(i))
      if (next[place] === -1) {
        depth[nodes] = i + 1
        ends[nodes] = []
        next[place] = nodes++
      }
      at = next[place] ?? 0
    }
    ends[at]?.push(needle)
  }
  linkUp(next, width, ends, nodes)

  return {
    find(text, cutAt = Infinity) {
      const hits: Hit[] = []
      let at = 0
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i)
        const held = depth[at] ?? 0
        if (code === cutMark && held >= cutAt) add(hits, { from: i - held, to: i, shown: shownOf(text, i - held) })
        at = next[at * width + classes.of(code)] ?? 0
        for (const needle of ends[at] ?? []) {
          const known = Math.min(needle.text.length, mostKnown)
          const from = i + 1 - known
          const length = lengthOf(needle.text, text, from, known)
          if (length === needle.text.length || (length >= cutAt && isCutOff(text, from + length)))
            add(hits, { from, to: from + length, shown: needle.shown })
        }
      }
      const held = depth[at] ?? 0
      if (held >= cutAt) add(hits, { from: text.length - held, to: text.length, shown: shownOf(text, text.length - held) })
      return hits
    },
  }

  function shownOf(text: string, from: number): string {
    const beginning = text.slice(from, from + 6)
    return needles.find((needle) => needle.text.startsWith(beginning))?.shown ?? ''
  }
}

/** How much of the needle is there. */
function lengthOf(needle: string, text: string, from: number, known: number): number {
  if (needle.length === known || text.startsWith(needle, from)) return needle.length
  let length = known
  while (length < needle.length && text.charCodeAt(from + length) === needle.charCodeAt(length)) length++
  return length
}

function isCutOff(text: string, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) === cutMark
}

/** Hits come in the order of their ends. */
function add(hits: Hit[], hit: Hit): void {
  for (let last = hits.at(-1); last && hit.from < last.to; last = hits.at(-1)) {
    hit = { from: Math.min(hit.from, last.from), to: Math.max(hit.to, last.to), shown: last.shown }
    hits.pop()
  }
  hits.push(hit)
}

/** Where nothing follows a node, what follows its longest ending does. */
function linkUp(next: Int32Array, width: number, ends: Needle[][], nodes: number): void {
  const ending = new Int32Array(nodes)
  const queue: number[] = []
  for (let c = 0; c < width; c++) {
    const child = next[c] ?? -1
    if (child === -1) next[c] = 0
    else queue.push(child)
  }
  for (let head = 0; head < queue.length; head++) {
    const node = queue[head] ?? 0
    const link = ending[node] ?? 0
    ends[node]?.push(...(ends[link] ?? []))
    for (let c = 0; c < width; c++) {
      const place = node * width + c
      const follows = next[link * width + c] ?? 0
      const child = next[place] ?? -1
      if (child === -1) next[place] = follows
      else {
        ending[child] = follows
        queue.push(child)
      }
    }
  }
}

/** Characters that no needle has are all the same to the automaton. */
function classesOf(needles: readonly Needle[]): { count: number; of(code: number): number } {
  const few = new Uint16Array(128)
  const many = new Map<number, number>()
  let count = 1
  for (const { text } of needles) {
    for (let i = 0; i < Math.min(text.length, mostKnown); i++) {
      const code = text.charCodeAt(i)
      if (code < 128) few[code] ||= count++
      else if (!many.has(code)) many.set(code, count++)
    }
  }
  return { count, of: (code) => (code < 128 ? (few[code] ?? 0) : (many.get(code) ?? 0)) }
}
