import sax from 'sax'
import { AppError, isAppError } from '#shared/errors.ts'

/** A level of XML is two of data: the element, and the list of those of its name. */
const levelsOfData = 2
const mostParts = 200_000
const ownEntitiesOnly = { strictEntities: true, position: true }

export type XmlData = string | { [name: string]: XmlData | XmlData[] }

interface Open {
  name: string
  /** Without a prototype, so that any name a stranger sends is only a name. */
  fields: { [name: string]: XmlData | XmlData[] }
  text: string
}

/**
 * XML as data: an element is its text, or an object of what is in it. Names that come again make a list; attributes
 * begin with `@`, text beside elements is `#text`. Nothing is fetched and no entity is known but XML's own five, so there
 * is nothing to expand. Throws `invalid_xml`, `too_deep` or `too_large`.
 */
export function dataFromXml(text: string, maxDepth: number): XmlData {
  const mostLevels = Math.floor(maxDepth / levelsOfData) - 1
  const root: Open = { name: '', fields: Object.create(null), text: '' }
  const open: Open[] = [root]
  let parts = 0
  const count = () => {
    if (++parts > mostParts)
      throw new AppError('too_large', `The XML has more than ${mostParts.toLocaleString('en')} elements and attributes.`)
  }
  const reader = sax.parser(true, ownEntitiesOnly)
  // Told of before the element they are of.
  let attributes: Open['fields'] = Object.create(null)
  const addText = (more: string) => {
    const inside = open.at(-1)
    if (inside) inside.text += more
  }
  Object.assign(reader, {
    onerror(error: Error) {
      throw invalid(error.message.split('\n')[0] ?? '', reader.line + 1)
    },
    ondoctype(doctype: string) {
      if (doctype.includes('['))
        throw new AppError('invalid_xml', 'The XML declares entities or elements of its own, which is not taken.')
    },
    onattribute({ name, value }: { name: string; value: string }) {
      count()
      attributes[`@${name}`] = value
    },
    onopentag({ name }: { name: string }) {
      count()
      if (open.length > mostLevels) throw new AppError('too_deep', `The XML is nested more than ${mostLevels} levels deep.`)
      open.push({ name, fields: attributes, text: '' })
      attributes = Object.create(null)
    },
    ontext: addText,
    oncdata: addText,
    onclosetag() {
      const closed = open.pop()
      const around = open.at(-1)
      if (around === root && Object.keys(root.fields).length > 0)
        throw invalid('there is a second element after the first', reader.line + 1)
      if (closed && around) add(around.fields, closed.name, valueOf(closed))
    },
  })
  try {
    reader.write(text).close()
  } catch (error) {
    if (isAppError(error)) throw error
    throw new AppError('invalid_xml', 'The XML can’t be read.', { cause: error })
  }
  return root.fields
}

function valueOf({ fields, text }: Open): XmlData {
  if (Object.keys(fields).length === 0) return text
  if (text.trim() !== '') fields['#text'] = text
  return fields
}

function add(fields: Open['fields'], name: string, value: XmlData): void {
  const before = fields[name]
  if (Array.isArray(before)) before.push(value)
  else fields[name] = before === undefined ? value : [before, value]
}

function invalid(what: string, line: number): AppError {
  return new AppError('invalid_xml', `The XML is not well-formed in line ${line}: ${what.slice(0, 200)}.`)
}
