import { useLayoutEffect, useRef } from 'react'
import { fieldHtml } from '#shared/pages/field-html.ts'
import { html } from '#shared/pages/html.ts'
import { pageStyleInside } from '#shared/pages/page-style.ts'
import { type DrawnField, formTypeOf, idOf, labelOf, optionsOf, textIn } from './edit-fields.ts'
import type { PageWords } from './use-page-words.ts'

interface FormPreviewProps {
  fields: readonly DrawnField[]
  /** Absent where the fields stand on a page that is about something else. */
  words: PageWords | undefined
}

/** The page as whoever fills it in will see it: to be looked at, not filled in. */
export function FormPreview({ fields, words }: FormPreviewProps) {
  const frame = useRef<HTMLDivElement>(null)
  const page = pageOf(fields, words)
  useLayoutEffect(() => {
    if (frame.current === null) return
    const root = frame.current.shadowRoot ?? frame.current.attachShadow({ mode: 'open' })
    if (root.adoptedStyleSheets.length === 0) root.adoptedStyleSheets = [styleSheet()]
    root.innerHTML = page
  }, [page])
  return (
    <section aria-label="Preview of the form" className="flex flex-col gap-1.5">
      <h3 className="text-label">Preview</h3>
      <p className="sr-only">How the page looks. What it asks for stands in the list above.</p>
      <div ref={frame} inert aria-hidden className="overflow-hidden rounded-card border border-line" />
    </section>
  )
}

let sheet: CSSStyleSheet | undefined

/** The look of the page itself, shown at a smaller size. */
function styleSheet(): CSSStyleSheet {
  if (sheet === undefined) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(`${pageStyleInside}
      .page { zoom: 0.8; padding: 20px 20px 8px; }
      .sometimes { margin: -12px 0 20px; }`)
  }
  return sheet
}

function pageOf(fields: readonly DrawnField[], words: PageWords | undefined): string {
  return html`<div class="page">
    ${words !== undefined && html`<h1>${words.heading}</h1>`}
    ${words !== undefined && words.about !== '' && html`<p class="lead">${words.about}</p>`}
    ${fields.map((field) => fieldOf(field))}
    ${words !== undefined && html`<div class="buttons"><button class="main" type="button">${words.button}</button></div>`}
  </div>`.text
}

function fieldOf(field: DrawnField) {
  const help = textIn(field['help'])
  const drawn = fieldHtml(
    {
      id: idOf(field),
      label: labelOf(field),
      type: formTypeOf(field),
      required: field['required'] === true,
      options: optionsOf(field),
      ...(help === '' ? {} : { help }),
    },
    field['default'],
    [],
  )
  const isSometimes = typeof field['showIf'] === 'string' && drawn !== null
  return html`${drawn}${isSometimes && html`<p class="soft sometimes">Not always shown</p>`}`
}
