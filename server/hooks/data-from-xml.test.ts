import { expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { dataFromXml } from './data-from-xml.ts'

const read = (text: string, maxDepth = 200): unknown => JSON.parse(JSON.stringify(dataFromXml(text, maxDepth)))
const codeOf = (text: string, maxDepth?: number) => {
  try {
    read(text, maxDepth)
  } catch (error) {
    return error instanceof AppError ? error.code : 'another error'
  }
  return 'none'
}

test('XML becomes data of the same shape, and every text stays a text', () => {
  const text = `<?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE cXML SYSTEM "http://xml.example/cXML.dtd">
    <!-- a note -->
    <order id="007" xmlns:x="urn:x">
      <item sku="a">Pen &amp; ink</item>
      <item>&#x20AC;&lt;</item>
      <x:total>0012.50</x:total>
      <note><![CDATA[<b>bold</b>]]></note>
      <mixed>before <b>in</b> after</mixed>
      <empty/>
    </order>`
  expect(read(text)).toEqual({
    order: {
      '@id': '007',
      '@xmlns:x': 'urn:x',
      item: [{ '@sku': 'a', '#text': 'Pen & ink' }, '€<'],
      'x:total': '0012.50',
      note: '<b>bold</b>',
      mixed: { '#text': 'before  after', b: 'in' },
      empty: '',
    },
  })
})

test('names that mean something to JavaScript are only names', () => {
  const value = JSON.parse(
    JSON.stringify(dataFromXml('<a><__proto__ __proto__="1"/><constructor>c</constructor><toString/></a>', 200)),
  )
  expect(Object.keys(value.a)).toEqual(['__proto__', 'constructor', 'toString'])
  expect(Object.getPrototypeOf(value.a)).toBe(Object.prototype)
  expect(value.a.constructor).toBe('c')
  expect(JSON.stringify(value)).toContain('"__proto__":{"@__proto__":"1"}')
})

const laughs = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><l>&b;</l>`
const stranger = `<!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd">]><l>&f;</l>`

test.each([
  ['a billion laughs', laughs, 'invalid_xml'],
  ['a file of ours', stranger, 'invalid_xml'],
  ['a declaration fetched from elsewhere', '<!DOCTYPE l [<!ENTITY % p SYSTEM "http://x/">%p;]><l/>', 'invalid_xml'],
  ['an entity nobody declared', '<a>&nbsp;</a>', 'invalid_xml'],
  ['a character that is none', '<a>&#x110000000;</a>', 'invalid_xml'],
  ['an element that is not closed', '<a><b></a>', 'invalid_xml'],
  ['two roots', '<a/><b/>', 'invalid_xml'],
  ['text and no element', 'hello', 'invalid_xml'],
  ['an attribute without quotes', '<a x=1/>', 'invalid_xml'],
  ['elements a hundred deep', `${'<a>'.repeat(100)}${'</a>'.repeat(100)}`, 'too_deep'],
  ['elements a million deep', '<a>'.repeat(1_000_000), 'too_deep'],
  ['more elements than anybody sends', `<r>${'<a/>'.repeat(200_000)}</r>`, 'too_large'],
])('%s is refused', (_what, text, code) => expect(codeOf(text)).toBe(code))

test('as deep as it may be, it makes no data deeper than JSON may be', () => {
  const deep = `${'<a>'.repeat(98)}<a>x</a><a>y</a>${'</a>'.repeat(98)}`
  const text = JSON.stringify(dataFromXml(deep, 200))
  let depth = 0
  let most = 0
  for (const letter of text) {
    if (letter === '{' || letter === '[') most = Math.max(most, ++depth)
    if (letter === '}' || letter === ']') depth--
  }
  expect(most).toBeLessThan(198)
})

test('long text is one text', () => {
  const long = 'x'.repeat(300_000)
  expect(read(`<a>${long}</a>`)).toEqual({ a: long })
  expect(read(`<a><![CDATA[${long}]]></a>`)).toEqual({ a: long })
  expect(read(`<a b="${long}"/>`)).toEqual({ a: { '@b': long } })
  expect(codeOf(`<${'n'.repeat(300_000)}/>`)).toMatch(/none|invalid_xml/)
})
