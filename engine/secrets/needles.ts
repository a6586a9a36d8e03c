/** What stands for a secret wherever it is found, and what is shown in its place. */
export interface Needle {
  text: string
  shown: string
}

/** What is shorter than this is found everywhere and says nothing. */
const shortest = 6
/** A line of a longer secret, or a text inside one that is JSON, from here on is a secret by itself. */
const shortestPart = 16
const mostParts = 200

/**
 * The ways in which a secret may turn up in a text: as it is, in base64 at any place in what is encoded, in hex, escaped
 * for an address or for JSON, also JSON within JSON. A key that comes as a file is known by its lines and members too.
 */
export function needlesOf(name: string, value: string): Needle[] {
  const shown = shownAs(name)
  const forms = new Set<string>()
  for (const part of [value, value.trim(), ...partsOf(value)]) for (const form of formsOf(part)) forms.add(form)
  return [...forms].filter((form) => form.length >= shortest).map((text) => ({ text, shown }))
}

export function shownAs(name: string): string {
  return `[secret ${name}]`
}

function* formsOf(value: string): Iterable<string> {
  yield value
  const escaped = JSON.stringify(value).slice(1, -1)
  yield escaped
  const twice = JSON.stringify(escaped).slice(1, -1)
  yield twice
  yield JSON.stringify(twice).slice(1, -1)
  for (const address of [
    encodeURIComponent(value),
    encodeURI(value),
    new URLSearchParams({ v: value }).toString().slice('v='.length),
  ]) {
    yield address
    yield address.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
  }
  const bytes = Buffer.from(value)
  const hex = bytes.toString('hex')
  yield* [hex, hex.toUpperCase()]
  yield* [bytes.toString('base64'), bytes.toString('base64url')]
  for (const before of [0, 1, 2]) {
    const core = base64Core(bytes, before)
    yield* [core, core.replaceAll('+', '-').replaceAll('/', '_')]
  }
}

/** The part of its base64 that depends on nothing around it, after so many bytes (of three) of something else. */
function base64Core(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64')
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6))
}

function partsOf(value: string): string[] {
  return [value, ...textsIn(value)]
    .flatMap((text) => text.split(/\r?\n/))
    .filter((part) => part !== value && part.length >= shortestPart && !/^-----|:\/\/|@/.test(part))
    .slice(0, mostParts)
}

/** The texts inside a secret that is JSON, such as the key file of a service account. */
function textsIn(value: string): string[] {
  if (!/^\s*[{[]/.test(value)) return []
  const texts: string[] = []
  try {
    JSON.parse(value, (_, item: unknown) => {
      if (typeof item === 'string') texts.push(item)
      return item
    })
  } catch {
    return []
  }
  return texts
}
